with

sessions as (

    select * from {{ ref('int_session_classes') }}

),

visitor_customers as (

    select * from {{ ref('int_visitor_customers') }}

),

known as (

    select
        sessions.*,
        coalesce(sessions.seen_customer_id, visitor_customers.customer_id) as customer_id

    from sessions

    left join visitor_customers
        on sessions.visitor_id = visitor_customers.visitor_id

)

select
    *,
    {{ profile_key('customer_id', 'visitor_id') }} as profile_id
from known
