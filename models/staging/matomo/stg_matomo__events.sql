with

actions as (

    select * from {{ ref('base_matomo__actions') }}

    -- an action without a time is none
    where action_second is not null

),

renamed as (

    select
        ---------- ids
        {{ row_key([
            'visit_id', 'action_type', 'action_second', json_value('element', 'pageId'),
            json_value('element', 'orderId'), json_value('element', 'goalId'), 'action_name'
        ]) }} as event_id,
        visitor_id,
        user_id as customer_id,
        case when action_type = 'ecommerceorder' then {{ json_value('element', 'orderId') }} end as order_id,
        viewed_sku as product_id,
        visit_id as tracker_session_id,

        ---------- what
        coalesce(action_name, 'unknown') as event_name,
        {{ json_value('element', 'url') }} as page_url,
        referrer_url,
        case
            when action_type = 'search'
                then
                    coalesce(
                        {{ json_value('element', 'siteSearchKeyword') }}, {{ json_value('element', 'pageTitle') }}
                    )
        end as search_term,
        {{ event_items(json_value('element', 'itemDetails'), ['itemSKU', 'itemName']) }} as items,
        {{ json_value('element', 'productViewPrice', 'decimal(19, 4)') }} as unit_price,
        case
            when action_type = 'ecommerceorder'
                then cast(
                    coalesce(nullif(revenue_sub_total, 0), revenue_total - revenue_tax - revenue_shipping)
                    as decimal(19, 4)
                )
        end as order_total,
        case when length(site_currency) = 3 then upper(site_currency) end as currency,

        ---------- where from
        campaign_source as utm_source,
        campaign_medium as utm_medium,
        coalesce(campaign_name, case when lower(referrer_type) = 'campaign' then referrer_name end) as utm_campaign,
        case
            when lower(device_type) in ('smartphone', 'phablet', 'feature phone') then 'mobile'
            else lower(device_type)
        end as device_type,
        browser_name as browser,
        operating_system_name as os,
        country_code as country,
        region,
        city,

        ---------- when
        {{ dbt.dateadd('second', 'action_second', "timestamp '1970-01-01 00:00:00'") }} as occurred_at,

        ---------- landing
        _load_id

    from actions

)

select * from renamed
