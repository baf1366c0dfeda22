{%- set ecommerce = 'com.snowplowanalytics.snowplow.ecommerce' -%}
{%- set ua_parser = 'com.snowplowanalytics.snowplow/ua_parser_context' -%}

with

source as (

    select * from {{ source('snowplow', 'events') }}

),

-- the files of the stream have all entities in one column, the tables of loaders a column for each schema
with_entities as (

    select
        *,
        coalesce(
            {{ text('ecommerce_action') }},
            case when event_name = 'snowplow_ecommerce_action' then {{ json_value('unstruct_event', 'data.data') }} end
        ) as action,
        coalesce({{ text('ecommerce_products') }}, {{ entities('contexts', ecommerce ~ '/product') }}) as products,
        coalesce(
            {{ text('ecommerce_transactions') }}, {{ entities('contexts', ecommerce ~ '/transaction') }}
        ) as transactions,
        coalesce({{ text('ecommerce_pages') }}, {{ entities('contexts', ecommerce ~ '/page') }}) as pages,
        coalesce(
            {{ text('yauaa_contexts') }}, {{ entities('derived_contexts', 'nl.basjes/yauaa_context') }}
        ) as yauaa,
        coalesce({{ text('ua_parser_contexts') }}, {{ entities('derived_contexts', ua_parser) }}) as user_agents

    from source

),

events as (

    select
        *,
        case
            when action is not null then lower({{ json_value('action', 'type') }})
            when lower(event) = 'struct' then lower(se_action)
            when lower(event_name) = 'page_view' and lower({{ json_value('pages', '[0].type') }}) = 'cart'
                then 'cart_view'
            else lower(coalesce(event_name, event))
        end as action_name,
        lower(coalesce(
            dvce_type,
            {{ json_value('yauaa', '[0].deviceClass') }},
            {{ json_value('yauaa', '[0].device_class') }}
        )) as device_class

    from with_entities

)

select * from events
