{{ config(meta={'shows_rows': true, 'dagster': {'ref': {'name': 'int_orders'}}}) }}

-- An order in a currency without a rate would vanish from every total: put its rate into `exchange_rates`.
select
    order_currency,
    order_date,
    count(*) as order_count

from {{ ref('int_orders') }}

where rate is null

group by order_currency, order_date
