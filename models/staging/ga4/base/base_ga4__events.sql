{%- set no_campaign = ['(direct)', '(none)', '(not set)', '(not provided)'] -%}
{#- Events of one time are in the order of their ids. The campaign is that of the page, and those that GA4 itself adds
    to the first event of a session have none. -#}
{%- set seen = "lower(event_name) in ('page_view', 'screen_view')" -%}
{%- set added = "lower(event_name) in ('session_start', 'first_visit', 'first_open')" -%}

with

source as (

    select
        *,
        {{ event_params('event_params') }} as params,
        lower(_file) like '%intraday%' as is_intraday,
        case
            when lower(analytics_storage) = 'no' or coalesce(user_pseudo_id, user_id) is null then false
            when lower(analytics_storage) = 'yes' then true
        end as has_consent

    from {{ source('ga4', 'events') }}

),

with_campaign as (

    select
        *,
        case
            -- GA4 reports some clicks on advertisements as organic, too
            when coalesce(gclid, {{ event_param('params', 'gclid') }}) is not null then 'of the click'
            when coalesce(manual_source, manual_medium, manual_campaign_name) is not null then 'of the event'
            when {{ event_param('params', 'source', no_campaign) }} is not null then 'parameter'
            else 'of the session'
        end as campaign_from

    from source

),

events as (

    select
        ---------- ids
        -- Events that are sent together have one time and differ by their numbers in the request; in older tables,
        -- which lack these, by their parameters and products. Events of the tables of the current day have ids of
        -- their own, by which they are withdrawn.
        {{ dbt.concat([
            "case when " ~ seen ~ " then '0' when " ~ added ~ " then '2' else '1' end",
            "lpad(" ~ text('coalesce(batch_ordering_id, 0)') ~ ", 6, '0')",
            "lpad(" ~ text('coalesce(batch_event_index, 0)') ~ ", 6, '0')",
            row_key([
                'is_intraday', 'user_pseudo_id', 'user_id', 'event_timestamp', 'event_name', 'event_bundle_sequence_id',
                'batch_page_id', 'batch_ordering_id', 'batch_event_index',
                'case when batch_event_index is null then event_params end',
                'case when batch_event_index is null then items end'
            ])
        ]) }} as event_id,
        coalesce(user_pseudo_id, user_id) as visitor_id,
        user_id as customer_id,
        case when lower(event_name) = 'purchase' then transaction_id end as order_id,
        {{ event_param('params', 'ga_session_id') }} as tracker_session_id,

        ---------- what
        lower(event_name) as event_name,
        {{ event_param('params', 'page_location') }} as page_url,
        {{ event_param('params', 'page_referrer') }} as referrer_url,
        {{ event_param('params', 'search_term') }} as search_term,
        {{ event_items('items', ['item_id', 'item_name'], missing=['(not set)']) }} as items,
        case
            when lower(event_name) = 'purchase'
                then coalesce(purchase_revenue, {{ number_or_null(event_param('params', 'value')) }})
        end as order_total,
        upper({{ event_param('params', 'currency') }}) as currency,

        ---------- where from
        case campaign_from
            when 'of the click' then 'google'
            when 'of the event' then manual_source
            when 'parameter' then {{ event_param('params', 'source', no_campaign) }}
            else session_source
        end as utm_source,
        case campaign_from
            when 'of the click' then 'cpc'
            when 'of the event' then manual_medium
            when 'parameter' then {{ event_param('params', 'medium', no_campaign) }}
            else session_medium
        end as utm_medium,
        case campaign_from
            when 'of the click' then coalesce(manual_campaign_name, session_ads_campaign)
            when 'of the event' then manual_campaign_name
            when 'parameter' then {{ event_param('params', 'campaign', no_campaign) }}
            else session_campaign
        end as utm_campaign,
        device_category as device_type,
        coalesce(web_browser, device_browser) as browser,
        operating_system as os,
        country,
        region,
        city,
        has_consent,

        ---------- when
        event_timestamp as occurred_at,
        event_date,

        ---------- landing
        is_intraday,
        _load_id

    from with_campaign

)

select * from events
