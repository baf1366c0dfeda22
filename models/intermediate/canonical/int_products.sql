{{ config(pre_hook="{{ keep_before() }}") }}

with

products as (
    {{ union_canonical('products', var('order_sources'), [
        'product_id', 'product_name', 'category', 'subcategory', 'brand', 'list_price', 'unit_cost', '_load_id'
    ]) }}
),

numbered as (

    select
        *,
        row_number() over (
            partition by product_id
            order by
                _load_id desc,
                -- two rows of one file: any, but always the same
                source_name asc,
                product_name desc,
                category desc,
                subcategory desc,
                brand desc,
                list_price desc,
                unit_cost desc
        ) as nth_latest

    from products

),

latest as (

    select
        product_id,
        product_name,
        category,
        subcategory,
        brand,
        list_price,
        unit_cost

    from numbered

    where nth_latest = 1

),

interests as (

    select * from {{ ref('interest_taxonomy') }}

)

select
    latest.*,
    interests.interest

from latest

-- the category tells, or its part before the first separator (apparel.shoes)
left join interests
    on {{ interest_name('latest.category') }} = interests.name
