{{ config(materialized='view') }}

with

sessions as (

    select * from {{ ref('int_session_classes') }}

    where not is_robot

),

session_interests as (

    select * from {{ ref('int_session_interests') }}

),

profile_dates as (

    select * from {{ ref('int_profile_dates_this_run') }}

    where {{ is_in_batch() }}

),

viewed as (

    select
        profile_dates.profile_date_number,
        session_interests.interest,
        sum(session_interests.view_count) as view_count

    from session_interests

    inner join sessions
        on session_interests.session_id = sessions.session_id

    inner join profile_dates
        on
            sessions.profile_id = profile_dates.profile_id
            and sessions.ended_date <= profile_dates.as_of_date
            and sessions.ended_date > {{ dbt.dateadd('day', -90, 'profile_dates.as_of_date') }}

    group by profile_dates.profile_date_number, session_interests.interest

),

ranked as (

    select
        *,
        row_number() over (partition by profile_date_number order by view_count desc, interest) as nth_best

    from viewed

)

select
    profile_date_number,
    interest as viewed_interest_90d

from ranked

where nth_best = 1
