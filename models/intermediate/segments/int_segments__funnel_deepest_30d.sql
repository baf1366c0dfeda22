with

profile_dates as (

    select * from {{ ref('int_profile_dates') }}

),

profile_sessions as (

    select * from {{ ref('int_profile_sessions') }}

),

funnel as (

    select * from {{ ref('segment_definitions') }}

    where scheme = 'funnel_deepest_30d'

)

select
    profile_dates.profile_id,
    profile_dates.as_of_date,
    coalesce(funnel.segment, 'unassigned') as segment,
    case
        when funnel.segment is null then 'no session in 30 days'
        else 'deepest class of the sessions in 30 days'
    end as reason

from profile_dates

left join profile_sessions
    on
        profile_dates.profile_id = profile_sessions.profile_id
        and profile_dates.as_of_date = profile_sessions.as_of_date

left join funnel
    on profile_sessions.deepest_rank_30d = funnel.rank
