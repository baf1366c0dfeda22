with

source as (

    select * from {{ source('shopify', 'products') }}

),

order_lines as (

    select * from {{ ref('base_shopify__order_lines') }}

),

csv_lines as (

    select * from {{ ref('base_shopify__csv_lines') }}

    where line_price is not null

),

from_api as (

    select
        ---------- ids
        product_id,

        ---------- what
        title as product_name,
        product_type as category,
        vendor as brand,
        -- of the first variant; what it costs before the sale, if it is in one
        coalesce(
            {{ json_value('variants', '[0].compare_at_price', 'decimal(19, 4)') }},
            {{ json_value('variants', '[0].price', 'decimal(19, 4)') }}
        ) as list_price,
        cast({{ json_sum('variants', '', 'inventory_quantity') }} as integer) as stock_quantity,

        ---------- landing
        _load_id

    from source

),

sold as (

    select
        product_id,
        product_name,
        vendor as brand,
        price,
        reported_at as sold_at,
        _load_id

    from order_lines

    union all

    select
        product_id,
        line_name as product_name,
        vendor as brand,
        line_price as price,
        created_at as sold_at,
        _load_id

    from csv_lines

),

-- a product that is known from orders only is as its latest line describes it
numbered as (

    select
        *,
        row_number() over (
            partition by product_id
            order by sold_at desc nulls last, price desc, product_name asc, brand asc, _load_id desc
        ) as nth_latest

    from sold

    where product_id not in (select source.product_id from source)

),

from_lines as (

    select
        ---------- ids
        product_id,

        ---------- what
        product_name,
        cast(null as varchar) as category,
        brand,
        price as list_price,
        cast(null as integer) as stock_quantity,

        ---------- landing
        _load_id

    from numbered

    where nth_latest = 1

)

select * from from_api

union all

select * from from_lines
