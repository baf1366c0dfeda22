with

profile_dates as (

    select * from {{ ref('int_profile_dates') }}

),

profile_sessions as (

    select * from {{ ref('int_profile_sessions') }}

),

counts as (

    select
        profile_dates.profile_id,
        profile_dates.as_of_date,
        coalesce(profile_sessions.session_count_style_window, 0) as session_count,
        coalesce(profile_sessions.judger_session_count, 0) as judger_session_count,
        coalesce(profile_sessions.comparer_session_count, 0) as comparer_session_count

    from profile_dates

    left join profile_sessions
        on
            profile_dates.profile_id = profile_sessions.profile_id
            and profile_dates.as_of_date = profile_sessions.as_of_date

)

select
    profile_id,
    as_of_date,
    case
        when session_count = 0 then 'unassigned'
        when judger_session_count > 0 and comparer_session_count > 0 then 'both'
        when judger_session_count > 0 then 'judger'
        when comparer_session_count > 0 then 'comparer'
        else 'neither'
    end as segment,
    {{ dbt.concat([
        "'judged in '", text('judger_session_count'), "' and compared in '", text('comparer_session_count'),
        "' of '", text('session_count'), "' sessions'"
    ]) }} as reason

from counts
