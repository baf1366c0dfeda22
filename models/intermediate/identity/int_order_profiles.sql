{{ config(pre_hook="{{ keep_before() }}") }}

with

orders as (

    select * from {{ ref('int_orders') }}

),

visitor_customers as (

    select * from {{ ref('int_visitor_customers') }}

),

known as (

    select
        orders.order_id,
        orders.visitor_id,
        orders.counts_as_order,
        orders.ordered_at,
        orders.order_date,
        coalesce(orders.customer_id, visitor_customers.customer_id) as customer_id

    from orders

    left join visitor_customers
        on orders.visitor_id = visitor_customers.visitor_id

),

-- only what counts as an order has a number
numbered as (

    select
        order_id,
        row_number() over (
            partition by {{ profile_key('customer_id', 'visitor_id') }}
            order by ordered_at, order_id
        ) as nth_order,
        lag(order_date) over (
            partition by {{ profile_key('customer_id', 'visitor_id') }}
            order by ordered_at, order_id
        ) as previous_order_date

    from known

    where counts_as_order and (customer_id is not null or visitor_id is not null)

)

select
    known.order_id,
    known.customer_id,
    {{ profile_key('known.customer_id', 'known.visitor_id') }} as profile_id,
    known.counts_as_order,
    known.ordered_at,
    known.order_date,
    numbered.nth_order,
    {{ dbt.datediff('numbered.previous_order_date', 'known.order_date', 'day') }} as days_since_previous_order

from known

left join numbered
    on known.order_id = numbered.order_id
