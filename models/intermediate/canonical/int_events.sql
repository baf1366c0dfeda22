{{ config(materialized='view') }}

with

events as (

    select * from {{ ref('canonical_events') }}

    -- who refuses to be measured counts in anonymous_events only
    where coalesce(has_consent, true) and not coalesce(is_deleted, false)

),

event_taxonomy as (

    select * from {{ ref('event_taxonomy') }}

),

mapped as (

    select
        events.*,
        case
            when
                event_taxonomy.action = 'search'
                and (events.search_location is not null or events.search_date is not null)
                then 'trip_search'
            else coalesce(event_taxonomy.action, 'other')
        end as action,
        coalesce(event_taxonomy.is_page, false) as is_page,
        event_taxonomy.action is not null as is_mapped

    from events

    left join event_taxonomy
        on
            events.source_name = event_taxonomy.source
            and events.event_name = event_taxonomy.event_name

)

select * from mapped
