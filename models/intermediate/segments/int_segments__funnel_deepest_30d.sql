{{ config(materialized='view') }}

with

profiles as (

    select * from {{ ref('int_profiles_to_segment') }}

),

funnel as (

    select * from {{ ref('segment_definitions') }}

    where scheme = 'funnel_deepest_30d'

)

select
    profiles.profile_id,
    profiles.as_of_date,
    coalesce(funnel.segment, 'unassigned') as segment,
    case
        when funnel.segment is null then 'no session in 30 days'
        else 'deepest class of the sessions in 30 days'
    end as reason

from profiles

left join funnel
    on profiles.deepest_rank_30d = funnel.rank
