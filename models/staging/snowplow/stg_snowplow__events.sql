with

events as (

    select * from {{ ref('base_snowplow__events') }}

),

renamed as (

    select
        ---------- ids
        event_id,
        -- anonymous tracking has no key, and is counted only
        coalesce(domain_userid, user_id, 'without consent') as visitor_id,
        user_id as customer_id,
        case
            when action_name = 'transaction'
                then coalesce({{ json_value('transactions', '[0].transaction_id') }}, tr_orderid)
        end as order_id,
        case
            when action_name in ('add_to_cart', 'remove_from_cart') and products is null
                then {{ json_value('unstruct_event', 'data.data.sku') }}
        end as product_id,
        domain_sessionid as tracker_session_id,

        ---------- what
        coalesce(action_name, 'unknown') as event_name,
        {{ json_value('pages', '[0].type') }} as page_type,
        page_url,
        page_referrer as referrer_url,
        coalesce(
            {{ json_words('site_search', 'terms') }},
            case when action_name = 'site_search' then {{ json_words('unstruct_event', 'data.data.terms') }} end
        ) as search_term,
        {{ event_items('products', ['id']) }} as items,
        case
            when action_name in ('add_to_cart', 'remove_from_cart') and products is null
                then {{ json_value('unstruct_event', 'data.data.quantity', 'integer') }}
        end as quantity,
        case
            when action_name in ('add_to_cart', 'remove_from_cart') and products is null
                then {{ json_value('unstruct_event', 'data.data.unitPrice', 'decimal(19, 4)') }}
        end as unit_price,
        case
            when action_name = 'transaction'
                then coalesce(
                    {{ json_value('transactions', '[0].revenue', 'decimal(19, 4)') }}, tr_total
                )
        end as order_total,
        upper(coalesce(
            {{ json_value('transactions', '[0].currency') }},
            {{ json_value('products', '[0].currency') }},
            tr_currency,
            case
                when action_name in ('add_to_cart', 'remove_from_cart')
                    then {{ json_value('unstruct_event', 'data.data.currency') }}
            end
        )) as currency,

        ---------- where from
        mkt_source as utm_source,
        mkt_medium as utm_medium,
        mkt_campaign as utm_campaign,
        case device_class
            when 'computer' then 'desktop'
            when 'phone' then 'mobile'
            else device_class
        end as device_type,
        coalesce(
            br_family,
            {{ json_value('yauaa', '[0].agentName') }},
            {{ json_value('yauaa', '[0].agent_name') }},
            {{ json_value('user_agents', '[0].useragentFamily') }},
            {{ json_value('user_agents', '[0].useragent_family') }}
        ) as browser,
        coalesce(
            os_family,
            {{ json_value('yauaa', '[0].operatingSystemName') }},
            {{ json_value('yauaa', '[0].operating_system_name') }},
            {{ json_value('user_agents', '[0].osFamily') }},
            {{ json_value('user_agents', '[0].os_family') }}
        ) as os,
        useragent as user_agent,
        geo_country as country,
        coalesce(geo_region_name, geo_region) as region,
        geo_city as city,
        case when coalesce(domain_userid, user_id) is null then false end as has_consent,

        ---------- when
        derived_tstamp as occurred_at,

        ---------- landing
        _load_id

    from events

)

select * from renamed
