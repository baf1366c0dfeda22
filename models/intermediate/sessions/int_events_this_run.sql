{{ config(materialized='view') }}

with

events as (

    select * from {{ ref('int_events') }}

),

withdrawals as (

    select * from {{ ref('int_event_withdrawals') }}

),

windows as (  -- noqa: ST03, only an increment reads it

    select * from {{ ref('int_session_windows_this_run') }}

)

select events.*

from events

left join withdrawals
    on {{ is_withdrawal_of('events') }}

{% if is_rebuilt('int_session_totals') %}

where withdrawals.event_id is null

{% else %}

inner join windows
    on
        events.visitor_id = windows.visitor_id
        and events.occurred_at between windows.window_start and windows.window_end

where
    {{ within_windows('events.occurred_at', ref('int_session_windows_this_run')) }}
    and withdrawals.event_id is null

{% endif %}
