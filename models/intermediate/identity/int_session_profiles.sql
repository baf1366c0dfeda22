{{ config(materialized='incremental', incremental_strategy='replace_visitors') }}

-- depends_on: {{ ref('int_visitors_this_run') }}
-- depends_on: {{ ref('int_former_profiles_this_run') }}
with

sessions as (

    select * from {{ ref('int_session_totals') }}

    {% if is_incremental() %}
    where visitor_id in (select visitor_id from {{ ref('int_visitors_this_run') }})
    {% endif %}

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

-- who was seen in the session, else who ordered in it, else the only customer ever seen on the device
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
