{{ config(materialized='view') }}

with

profiles as (

    select * from {{ ref('int_profiles_to_segment') }}

)

select
    profile_id,
    as_of_date,
    case
        when session_count_style_window = 0 then 'unassigned'
        when judger_session_count > 0 and comparer_session_count > 0 then 'both'
        when judger_session_count > 0 then 'judger'
        when comparer_session_count > 0 then 'comparer'
        else 'neither'
    end as segment,
    {{ dbt.concat([
        "'judged in '", text('judger_session_count'), "' and compared in '", text('comparer_session_count'),
        "' of '", text('session_count_style_window'), "' sessions'"
    ]) }} as reason

from profiles
