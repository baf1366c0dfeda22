{{ config(materialized='view') }}

with

session_events as (

    select * from {{ ref('int_session_events_this_run') }}

)

select
    session_number,
    {{ session_key('session_visitor_id', 'occurred_at') }} as session_id,
    session_visitor_id as visitor_id,
    occurred_at as started_at,
    first_event_id,
    _load_id as first_load_id

from session_events

where is_session_start
