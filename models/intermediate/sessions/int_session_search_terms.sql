{{ config(
    materialized='incremental',
    incremental_strategy='replace_windows',
    meta={'rebuilt_together': 'events', 'started_at': 'session_started_at'}
) }}

-- Few events are searches, so their texts are joined to the sessions instead of being sorted along with all events.
with

searches as (

    select
        visitor_id,
        occurred_at,
        lower(search_term) as search_term

    from {{ ref('int_events_this_run') }}

    where action in ('search', 'trip_search') and search_term is not null

),

sessions as (

    select * from {{ ref('int_session_totals') }}

)

select distinct
    sessions.session_id,
    sessions.visitor_id,
    searches.search_term,
    sessions.started_at as session_started_at

from searches

inner join sessions
    on
        searches.visitor_id = sessions.visitor_id
        and searches.occurred_at >= sessions.started_at
        and searches.occurred_at <= sessions.ended_at
