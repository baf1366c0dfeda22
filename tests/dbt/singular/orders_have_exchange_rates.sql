{{ config(meta={'shows_rows': true, 'dagster': {'ref': {'name': 'int_orders'}}}) }}

-- An order in a currency without a rate would be missing from every total.
select
    order_currency,
    order_date,
    count(*) as order_count

from {{ ref('int_orders') }}

where rate is null

group by order_currency, order_date
