with

source as (

    select * from {{ source('complete_journey', 'products') }}

),

renamed as (

    select
        ---------- ids
        product_id,

        ---------- what
        -- the format has no names: what kind of product it is, and how much is in it
        coalesce({{ dbt.concat(['product_type', "' '", 'package_size']) }}, product_type) as product_name,
        department as category,
        product_category as subcategory,
        brand,
        cast(null as decimal(18, 4)) as list_price,
        cast(null as decimal(18, 4)) as unit_cost,
        cast(null as integer) as stock_quantity,

        ---------- landing
        _load_id

    from source

)

select * from renamed
