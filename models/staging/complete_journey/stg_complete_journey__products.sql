with

source as (

    select * from {{ source('complete_journey', 'products') }}

),

renamed as (

    select
        ---------- ids
        product_id,

        ---------- what
        -- the format has no names: the kind of product and the size of the package
        coalesce({{ dbt.concat(['product_type', "' '", 'package_size']) }}, product_type) as product_name,
        department as category,
        product_category as subcategory,
        brand,

        ---------- landing
        _load_id

    from source

)

select * from renamed
