{{ config(materialized='view') }}

with

profiles as (

    select * from {{ ref('int_profiles_to_segment') }}

),

engagement_tiers as (

    select * from {{ ref('engagement_tiers') }}

),

tiers_met as (

    select
        profiles.profile_id,
        profiles.as_of_date,
        profiles.active_days_90d,
        engagement_tiers.engagement_tier,
        row_number() over (
            partition by profiles.profile_id, profiles.as_of_date
            -- a profile meets every tier below its own: the most demanding one counts
            order by engagement_tiers.tier_rank desc
        ) as nth_best

    from profiles

    left join engagement_tiers
        on profiles.active_days_90d >= engagement_tiers.min_active_days_90d

)

select
    profile_id,
    as_of_date,
    coalesce(engagement_tier, 'unassigned') as segment,
    {{ dbt.concat([text('active_days_90d'), "' active days in 90'"]) }} as reason

from tiers_met

where nth_best = 1
