with

profile_dates as (

    select * from {{ ref('int_profile_dates') }}

),

profile_sessions as (

    select * from {{ ref('int_profile_sessions') }}

)

select
    profile_dates.profile_id,
    profile_dates.as_of_date,
    coalesce(profile_sessions.latest_class, 'unassigned') as segment,
    case
        when profile_sessions.latest_class is null then 'no session so far'
        else {{ dbt.concat([
            "'latest of '", text('profile_sessions.session_count'),
            "' sessions, on '", text('profile_sessions.latest_session_date')
        ]) }}
    end as reason

from profile_dates

left join profile_sessions
    on
        profile_dates.profile_id = profile_sessions.profile_id
        and profile_dates.as_of_date = profile_sessions.as_of_date
