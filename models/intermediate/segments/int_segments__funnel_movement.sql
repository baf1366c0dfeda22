{{ config(materialized='view') }}

with

profiles as (

    select * from {{ ref('int_profiles_to_segment') }}

),

-- no session is less deep than any
depths as (

    select
        profile_id,
        as_of_date,
        coalesce(deepest_rank_30d, 0) as depth,
        coalesce(deepest_rank_30d_before, 0) as depth_before

    from profiles

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
