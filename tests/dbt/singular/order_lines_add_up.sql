{{ config(meta={'shows_rows': true, 'dagster': {'ref': {'name': 'order_lines'}}}) }}

with

lines as (

    select
        order_id,
        sum(net_revenue) as net_revenue,
        case when count(*) = count(margin) then sum(margin) end as margin

    from {{ ref('order_lines') }}

    group by order_id

),

orders as (

    select * from {{ ref('orders') }}

)

select
    orders.order_id,
    orders.net_revenue,
    lines.net_revenue as net_revenue_of_lines,
    orders.margin,
    lines.margin as margin_of_lines

from lines

inner join orders
    on lines.order_id = orders.order_id

where
    lines.net_revenue <> orders.net_revenue
    or coalesce(lines.margin <> orders.margin, lines.margin is not null or orders.margin is not null)
