with

profile_dates as (

    select * from {{ ref('int_profile_dates') }}

),

profile_sessions as (

    select * from {{ ref('int_profile_sessions') }}

),

-- no session is less deep than any
depths as (

    select
        profile_dates.profile_id,
        profile_dates.as_of_date,
        coalesce(profile_sessions.deepest_rank_30d, 0) as depth,
        coalesce(profile_sessions.deepest_rank_30d_before, 0) as depth_before

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
        when depth = 0 and depth_before = 0 then 'unassigned'
        when depth > depth_before then 'up'
        when depth < depth_before then 'down'
        else 'same'
    end as segment,
    {{ dbt.concat([
        "'depth '", text('depth'), "' in 30 days, '", text('depth_before'), "' in the 30 before'"
    ]) }} as reason

from depths
