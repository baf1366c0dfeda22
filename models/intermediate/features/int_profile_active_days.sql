{{ config(materialized='view') }}

with

sessions as (

    select * from {{ ref('int_session_classes') }}

    where not is_robot

),

orders as (

    select * from {{ ref('int_order_facts') }}

),

responses as (

    select * from {{ ref('int_messages') }}

    where message_action in ('opened', 'clicked')

),

profile_dates as (

    select * from {{ ref('int_profile_dates_this_run') }}

    where {{ is_in_batch() }}

),

-- a visit, an order and a response to a message each make a day an active one
active_days as (

    select
        profile_id,
        ended_date as active_date
    from sessions

    union

    select
        orders.profile_id,
        orders.order_date as active_date
    from orders

    union

    select
        profile_id,
        message_date as active_date
    from responses

)

select
    profile_dates.profile_date_number,
    count(*) as active_days_90d

from active_days

inner join profile_dates
    on
        active_days.profile_id = profile_dates.profile_id
        and active_days.active_date <= profile_dates.as_of_date
        and active_days.active_date > {{ dbt.dateadd('day', -90, 'profile_dates.as_of_date') }}

group by profile_dates.profile_date_number
