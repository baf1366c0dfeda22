{{ config(materialized='view') }}

with

events as (

    select * from {{ ref('int_events') }}

),

windows as (  -- noqa: ST03, only an increment reads it

    select * from {{ ref('int_session_windows_this_run') }}

)

{% if is_rebuilt('int_session_totals') %}

select * from events

where not {{ is_withdrawn('events') }}

{% else %}

select events.*

from events

inner join windows
    on
        events.visitor_id = windows.visitor_id
        and events.occurred_at between windows.window_start and windows.window_end

where
    {{ within_windows('events.occurred_at', ref('int_session_windows_this_run')) }}
    and not {{ is_withdrawn('events') }}

{% endif %}
