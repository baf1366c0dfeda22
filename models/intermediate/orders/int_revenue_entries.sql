{{ config(pre_hook="{{ keep_before() }}") }}

with

orders as (

    select * from {{ ref('int_orders') }}

    where counts_as_revenue

),

costs as (

    select * from {{ ref('int_order_costs') }}

),

refunds as (

    select * from {{ ref('int_refunds') }}

),

profiles as (

    select * from {{ ref('int_order_profiles') }}

),

sales as (

    select
        orders.order_id,
        orders.order_date as entry_date,
        orders.gross_revenue - orders.discount as net_revenue,
        orders.gross_revenue - orders.discount - costs.goods_cost as margin

    from orders

    left join costs
        on orders.order_id = costs.order_id

),

paid_back as (

    select
        refunds.order_id,
        refunds.refund_date as entry_date,
        -refunds.refunded as net_revenue,
        -refunds.refunded as margin

    from refunds

    inner join orders
        on refunds.order_id = orders.order_id

),

entries as (

    select * from sales

    union all

    select * from paid_back

)

select
    entries.*,
    profiles.profile_id,
    profiles.customer_id

from entries

inner join profiles
    on entries.order_id = profiles.order_id
