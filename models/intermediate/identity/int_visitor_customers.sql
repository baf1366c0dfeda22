{{ config(pre_hook="{{ keep_before() }}") }}

with

sessions as (

    select * from {{ ref('int_session_totals') }}

    where min_customer_id is not null

),

orders as (

    select * from {{ ref('int_orders') }}

    where visitor_id is not null and customer_id is not null

),

shared_visitors as (

    select * from {{ ref('int_shared_visitors') }}

),

seen as (

    select
        visitor_id,
        min_customer_id as customer_id
    from sessions

    union all

    select
        visitor_id,
        max_customer_id as customer_id
    from sessions

    union all

    select
        visitor_id,
        customer_id
    from orders

),

visitors as (

    select
        visitor_id,
        min(customer_id) as customer_id

    from seen

    -- a second customer may have been erased
    where visitor_id not in (select shared_visitors.visitor_id from shared_visitors)

    group by visitor_id

    -- a device that several customers use belongs to none of them
    having min(customer_id) = max(customer_id)

)

select * from visitors
