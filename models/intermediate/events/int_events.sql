{{ config(materialized='view') }}

with

events as (
    {{ union_canonical('events', var('event_sources'), [
        'event_id', 'visitor_id', 'customer_id', 'order_id', 'product_id', 'event_name', 'page_url', 'referrer_url',
        'quantity', 'unit_price', 'currency', 'utm_source', 'utm_medium', 'utm_campaign', 'device_type',
        'user_agent', 'country', 'occurred_at', '_load_id'
    ]) }}
),

event_taxonomy as (

    select * from {{ ref('event_taxonomy') }}

),

as_of as (

    select * from {{ ref('int_as_of') }}

),

mapped as (

    select
        events.*,
        coalesce(event_taxonomy.action, 'other') as action,
        coalesce(event_taxonomy.is_page, false) as is_page,
        event_taxonomy.action is not null as is_mapped

    from events

    left join event_taxonomy
        on
            events.source_name = event_taxonomy.source
            and events.event_name = event_taxonomy.event_name

    where events.occurred_at <= (select as_of.as_of from as_of)

)

select * from mapped
