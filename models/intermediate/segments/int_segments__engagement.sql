with

profile_dates as (

    select * from {{ ref('int_profile_dates') }}

),

active_days as (

    select * from {{ ref('int_profile_active_days') }}

),

engagement_tiers as (

    select * from {{ ref('engagement_tiers') }}

),

tiers_met as (

    select
        active_days.profile_id,
        active_days.as_of_date,
        active_days.active_days_90d,
        engagement_tiers.engagement_tier,
        row_number() over (
            partition by active_days.profile_id, active_days.as_of_date
            -- a profile meets every tier below its own: the most demanding one counts
            order by engagement_tiers.tier_rank desc
        ) as nth_best

    from active_days

    inner join engagement_tiers
        on active_days.active_days_90d >= engagement_tiers.min_active_days_90d

)

select
    profile_dates.profile_id,
    profile_dates.as_of_date,
    coalesce(tiers_met.engagement_tier, 'unassigned') as segment,
    {{ dbt.concat([text('coalesce(tiers_met.active_days_90d, 0)'), "' active days in 90'"]) }} as reason

from profile_dates

left join tiers_met
    on
        profile_dates.profile_id = tiers_met.profile_id
        and profile_dates.as_of_date = tiers_met.as_of_date
        and tiers_met.nth_best = 1
