with

source as (

    select * from {{ source('olist', 'order_items') }}

),

renamed as (

    select
        ---------- ids
        order_id,
        order_item_id as line_number,
        product_id,

        ---------- what
        1 as quantity,
        price as unit_price,
        cast(0 as decimal(19, 4)) as discount_amount,

        ---------- landing
        _load_id

    from source

)

select * from renamed
