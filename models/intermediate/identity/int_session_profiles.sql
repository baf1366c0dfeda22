{{ config(materialized='incremental', incremental_strategy='replace_visitors') }}

with

sessions as (

    select * from {{ ref('int_session_totals') }}

    where {{ only_this_run('visitor_id') }}

),

session_orders as (

    select
        session_id,
        customer_id,
        row_number() over (partition by session_id order by ordered_at desc, order_id desc) as nth_latest

    from {{ ref('int_session_orders') }}

    where customer_id is not null

),

visitor_customers as (

    select * from {{ ref('int_visitor_customers') }}

),

-- the customer seen in the session, else the one who ordered in it, else the only one ever seen on the device
known as (

    select
        sessions.session_id,
        sessions.visitor_id,
        sessions.started_at,
        coalesce(
            sessions.last_customer_id, session_orders.customer_id, visitor_customers.customer_id
        ) as customer_id

    from sessions

    left join session_orders
        on
            sessions.session_id = session_orders.session_id
            and session_orders.nth_latest = 1

    left join visitor_customers
        on sessions.visitor_id = visitor_customers.visitor_id

)

select
    *,
    {{ profile_key('customer_id', 'visitor_id') }} as profile_id
from known
