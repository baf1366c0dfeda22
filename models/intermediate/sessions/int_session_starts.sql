{{ config(
    materialized='incremental',
    incremental_strategy='replace_windows',
    meta={'rebuilt_together': 'events'}
) }}

-- The texts of the first events are joined: sorted along with all events, they would take three times as long.
with

events as (

    select * from {{ ref('int_events_this_run') }}

),

sessions as (

    select * from {{ ref('int_session_totals') }}

),

starts as (

    select
        sessions.session_id,
        sessions.visitor_id,
        sessions.started_at,
        -- an event that is in one file twice has two rows here
        max(events.page_url) as landing_page_url,
        max(events.referrer_url) as referrer_url,
        max(events.utm_source) as utm_source,
        max(events.utm_medium) as utm_medium,
        max(events.utm_campaign) as utm_campaign,
        max(events.device_type) as device_type,
        max(events.browser) as browser,
        max(events.os) as os,
        max(events.user_agent) as user_agent,
        max(events.country) as country,
        max(events.region) as region,
        max(events.city) as city,
        max(events.page_type) as landing_page_type

    from events

    inner join sessions
        on
            events.visitor_id = sessions.visitor_id
            and events.occurred_at = sessions.started_at
            and events.event_id = sessions.first_event_id
            and events._load_id = sessions.first_load_id

    group by sessions.session_id, sessions.visitor_id, sessions.started_at

)

select * from starts
