{{ config(materialized='view') }}

with

spells as (

    select * from {{ ref('int_loyalty_spells') }}

),

profile_dates as (

    select * from {{ ref('int_profile_dates_this_run') }}

    where {{ is_in_batch() }}

)

select
    profile_dates.profile_date_number,
    -- of several programmes the one that was joined last
    max_by(coalesce(spells.tier, spells.program), spells.nth_spell) as loyalty_tier

from (
    select
        *,
        row_number() over (partition by profile_id order by joined_at, program, tier) as nth_spell
    from spells
) as spells

inner join profile_dates
    on
        spells.profile_id = profile_dates.profile_id
        and spells.joined_date <= profile_dates.as_of_date
        and (spells.left_date is null or spells.left_date > profile_dates.as_of_date)

group by profile_dates.profile_date_number
