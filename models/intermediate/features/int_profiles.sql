{{ config(materialized='incremental', incremental_strategy='replace_profiles') }}

with

sessions as (

    select * from {{ ref('int_session_classes') }}

    where not is_robot

),

orders as (

    select * from {{ ref('int_order_profiles') }}

    where profile_id is not null

),

customers as (

    select * from {{ ref('int_customers') }}

),

as_of as (

    select * from {{ ref('int_as_of') }}

),

sightings as (

    select
        profile_id,
        customer_id,
        started_at as first_seen_at,
        ended_at as last_seen_at
    from sessions

    union all

    select
        profile_id,
        customer_id,
        ordered_at as first_seen_at,
        ordered_at as last_seen_at
    from orders

    union all

    select
        {{ profile_key('customers.customer_id', 'cast(null as ' ~ dbt.type_string() ~ ')') }} as profile_id,
        customers.customer_id,
        -- a customer without a date of sign-up is known from now on
        coalesce(customers.signed_up_at, as_of.as_of) as first_seen_at,
        coalesce(customers.signed_up_at, as_of.as_of) as last_seen_at
    from customers
    cross join as_of

),

profiles as (

    select
        profile_id,
        max(customer_id) as customer_id,
        min(first_seen_at) as first_seen_at,
        max(last_seen_at) as last_seen_at

    from sightings

    where {{ only_this_run('profile_id') }}

    group by profile_id

)

select
    profile_id,
    customer_id,
    customer_id is not null as is_customer,
    first_seen_at,
    last_seen_at,
    cast({{ in_business_timezone('first_seen_at') }} as date) as first_seen_date

from profiles
