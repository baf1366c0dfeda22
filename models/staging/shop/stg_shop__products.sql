with

source as (

    select * from {{ source('shop', 'products') }}

),

renamed as (

    select
        ---------- ids
        product_id,

        ---------- what
        name as product_name,
        category,
        subcategory,
        brand,
        list_price,
        unit_cost,
        stock_quantity,

        ---------- landing
        is_deleted,
        _load_id

    from source

)

select * from renamed
