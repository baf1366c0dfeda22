{{ config(materialized='view') }}

with

events as (
    {{ union_canonical('events', var('event_sources'), [
        'event_id', 'visitor_id', 'customer_id', 'order_id', 'product_id', 'event_name', 'page_url', 'referrer_url',
        'quantity', 'unit_price', 'currency', 'utm_source', 'utm_medium', 'utm_campaign', 'device_type',
        'browser', 'user_agent', 'country', 'occurred_at', '_load_id'
    ]) }}
),

event_taxonomy as (

    select * from {{ ref('event_taxonomy') }}

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

    {% if var('as_of') %}
    -- where it is not set, it is the latest event at the earliest
    where events.occurred_at <= cast('{{ var("as_of") }}' as {{ dbt.type_timestamp() }})
    {% endif %}

)

select * from mapped
