with

order_lines as (

    select * from {{ ref('base_shopify__order_lines') }}

),

csv_lines as (

    select * from {{ ref('base_shopify__csv_lines') }}

    where line_quantity is not null and line_price is not null

),

csv_orders as (

    select * from {{ ref('base_shopify__csv_orders') }}

),

from_api as (

    select
        ---------- ids
        order_id,
        line_number,
        product_id,

        ---------- what
        quantity,
        unit_price,
        discount_amount,

        ---------- when
        reported_at as updated_at,

        ---------- landing
        _load_id

    from order_lines

),

from_csv as (

    select
        ---------- ids
        csv_lines.order_id,
        row_number() over (
            partition by csv_lines.order_id, csv_lines._load_id
            order by
                csv_lines.line_sku, csv_lines.line_name, csv_lines.line_price, csv_lines.line_quantity,
                csv_lines.line_discount
        ) as line_number,
        csv_lines.product_id,

        ---------- what
        csv_lines.line_quantity as quantity,
        cast(csv_lines.line_price * csv_orders.share_without_tax as decimal(19, 4)) as unit_price,
        cast(csv_lines.line_discount * csv_orders.share_without_tax as decimal(19, 4)) as discount_amount,

        ---------- when
        cast(null as timestamp) as updated_at,

        ---------- landing
        csv_lines._load_id

    from csv_lines

    inner join csv_orders
        on csv_lines.order_id = csv_orders.order_id and csv_lines._load_id = csv_orders._load_id

)

select * from from_api

union all

select * from from_csv
