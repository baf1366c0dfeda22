{{ config(pre_hook="{{ keep_before() }}") }}

with

products as (

    select * from {{ ref('canonical_products') }}

),

latest as (

    {{ latest_version('products', key=['product_id']) }}

),

interests as (

    select * from {{ ref('interest_taxonomy') }}

)

select
    latest.product_id,
    latest.product_name,
    latest.category,
    latest.subcategory,
    latest.brand,
    latest.list_price,
    latest.unit_cost,
    latest.stock_quantity,
    interests.interest

from latest

-- by the category, or by its part before the first separator (apparel.shoes)
left join interests
    on {{ interest_name('latest.category') }} = interests.name
