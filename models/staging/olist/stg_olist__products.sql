with

source as (

    select * from {{ source('olist', 'products') }}

),

translations as (

    select
        product_category_name,
        max(product_category_name_english) as product_category_name_english

    from {{ source('olist', 'category_translation') }}

    group by product_category_name

),

renamed as (

    select
        ---------- ids
        source.product_id,

        ---------- what
        -- a few categories have no translation
        coalesce(translations.product_category_name_english, source.product_category_name) as category,

        ---------- landing
        source._load_id

    from source

    left join translations
        on source.product_category_name = translations.product_category_name

)

select * from renamed
