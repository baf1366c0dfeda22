with

source as (

    select * from {{ source('rees46', 'events') }}

),

-- the format has no product table: a product is as its latest event describes it
products as (

    select
        ---------- ids
        product_id,

        ---------- what
        {{ dbt.split_part('category_code', "'.'", 1) }} as category,
        category_code as subcategory,
        brand,
        price as list_price,

        ---------- landing
        _load_id

    from (
        select
            *,
            row_number() over (
                partition by product_id
                order by event_time desc, price desc, brand asc, category_code asc, category_id asc, _load_id desc
            ) as nth_latest
        from source
    ) as latest

    where nth_latest = 1

)

select * from products
