-- Who has neither an account nor an order has features of sessions only. Between two dates these change when a session
-- enters or leaves one of their windows, and the days since a session grow with the date.
with

profiles as (

    select * from {{ ref('int_profiles') }}

    where customer_id is null

),

sessions as (

    select
        profile_id,
        ended_date,
        cast({{ in_business_timezone('started_at') }} as date) as started_date

    from {{ ref('int_session_classes') }}

),

orders as (

    select * from {{ ref('int_order_profiles') }}

    where profile_id is not null

),

as_of_dates as (

    select * from {{ ref('int_as_of_dates') }}

),

former_dates as (

    select * from {{ before('int_as_of_dates') if not is_rebuilt('profile_features') else ref('int_as_of_dates') }}

),

former_latest_date as (

    select as_of_date from former_dates

    where is_latest

),

new_dates as (

    select
        as_of_dates.as_of_date,
        former_latest_date.as_of_date as carried_from

    from as_of_dates

    inner join former_latest_date
        on as_of_dates.as_of_date > former_latest_date.as_of_date

    left join former_dates
        on as_of_dates.as_of_date = former_dates.as_of_date

    where former_dates.as_of_date is null

),

-- how many days ago a session is when it changes something
windows as (

    select 0 as window_days

    {% for days in session_windows() %}
    union
    select {{ days }} as window_days
    {% endfor %}

),

changed_days as (

    select
        new_dates.as_of_date,
        {{ dbt.dateadd('day', '-windows.window_days', 'new_dates.carried_from') }} as after_date,
        {{ dbt.dateadd('day', '-windows.window_days', 'new_dates.as_of_date') }} as until_date

    from new_dates

    cross join windows

),

changed_by_sessions as (

    select distinct
        sessions.profile_id,
        changed_days.as_of_date

    from sessions

    inner join changed_days
        on
            sessions.ended_date > changed_days.after_date and sessions.ended_date <= changed_days.until_date
            or sessions.started_date > changed_days.after_date and sessions.started_date <= changed_days.until_date

)

select
    profiles.profile_id,
    new_dates.as_of_date,
    new_dates.carried_from,
    {{ dbt.datediff('new_dates.carried_from', 'new_dates.as_of_date', 'day') }} as days_later

from profiles

inner join new_dates
    on profiles.first_seen_date <= new_dates.carried_from

left join changed_by_sessions
    on
        profiles.profile_id = changed_by_sessions.profile_id
        and new_dates.as_of_date = changed_by_sessions.as_of_date

where
    changed_by_sessions.profile_id is null
    and not ({{ only_this_run('profiles.profile_id', fed_model='profile_features') }})
    and profiles.profile_id not in (select orders.profile_id from orders)
