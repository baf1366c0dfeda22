with

sessions as (

    select * from {{ ref('int_session_classes') }}

    where not is_robot

),

orders as (

    select * from {{ ref('int_order_profiles') }}

    where counts_as_order and profile_id is not null

),

messages as (

    select
        {{ profile_key('customer_id', 'cast(null as ' ~ dbt.type_string() ~ ')') }} as profile_id,
        cast({{ in_business_timezone('occurred_at') }} as date) as active_date

    from {{ ref('stg_shop__messages') }}

    where
        message_action in ('opened', 'clicked')
        and occurred_at <= (select as_of from {{ ref('int_as_of') }})

),

as_of_dates as (

    select * from {{ ref('int_as_of_dates') }}

),

-- a visit, an order and a response to a message each make a day an active one
active_days as (

    select
        profile_id,
        ended_date as active_date
    from sessions

    union

    select
        profile_id,
        order_date as active_date
    from orders

    union

    select
        profile_id,
        active_date
    from messages

)

select
    active_days.profile_id,
    as_of_dates.as_of_date,
    count(*) as active_days_90d

from active_days

inner join as_of_dates
    on
        active_days.active_date <= as_of_dates.as_of_date
        and active_days.active_date > {{ dbt.dateadd('day', -90, 'as_of_dates.as_of_date') }}

group by active_days.profile_id, as_of_dates.as_of_date
