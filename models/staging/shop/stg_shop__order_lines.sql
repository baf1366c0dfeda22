with

source as (

    select * from {{ source('shop', 'order_lines') }}

),

renamed as (

    select
        ---------- ids
        order_id,
        line_number,
        product_id,

        ---------- what
        quantity,
        unit_price,
        coalesce(discount_amount, 0) as discount_amount,

        ---------- when
        updated_at,

        ---------- landing
        is_deleted,
        _load_id

    from source

)

select * from renamed
