{{ config(materialized='view') }}

with

profiles as (

    select * from {{ ref('int_profiles_to_segment') }}

)

select
    profile_id,
    as_of_date,
    coalesce(latest_class, 'unassigned') as segment,
    case
        when latest_class is null then 'no session so far'
        else {{ dbt.concat([
            "'latest of '", text('session_count'), "' sessions, on '", text('latest_session_date')
        ]) }}
    end as reason

from profiles
