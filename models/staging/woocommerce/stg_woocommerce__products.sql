with

source as (

    select * from {{ source('woocommerce', 'products') }}

),

order_lines as (

    select * from {{ ref('base_woocommerce__order_lines') }}

),

csv_lines as (

    select * from {{ ref('base_woocommerce__csv_lines') }}

),

from_api as (

    select
        ---------- ids
        product_id,

        ---------- what
        name as product_name,
        {{ json_value('categories', '[0].name') }} as category,
        {{ json_value('brands', '[0].name') }} as brand,
        coalesce(regular_price, price) as list_price,
        stock_quantity,

        ---------- landing
        _load_id

    from source

),

sold as (

    select
        product_id,
        product_name,
        reported_at as sold_at,
        _load_id

    from order_lines

    union all

    select
        product_id,
        product_name,
        order_date as sold_at,
        _load_id

    from csv_lines

),

-- a product that is known from orders only is as its latest line describes it
numbered as (

    select
        *,
        row_number() over (
            partition by product_id order by sold_at desc, product_name asc, _load_id desc
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
        cast(null as varchar) as brand,
        cast(null as decimal(19, 4)) as list_price,
        cast(null as integer) as stock_quantity,

        ---------- landing
        _load_id

    from numbered

    where nth_latest = 1

)

select * from from_api

union all

select * from from_lines
