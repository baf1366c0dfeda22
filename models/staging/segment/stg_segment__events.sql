with

calls as (

    select * from {{ ref('base_segment__calls') }}

    -- what a server knows of a customer is no visit
    where call_kind in ('track', 'page', 'screen') or (anonymous_id is not null and user_id is not null)

),

with_numbers as (

    select
        *,
        {{ number_or_null('revenue') }} as revenue_number,
        {{ number_or_null('subtotal') }} as subtotal_number,
        {{ number_or_null('total') }} as total_number,
        coalesce({{ number_or_null('shipping') }}, 0) as shipping_number,
        coalesce({{ number_or_null('tax') }}, 0) as tax_number

    from calls

),

renamed as (

    select
        ---------- ids
        message_id as event_id,
        -- a server's call has the customer only
        coalesce(anonymous_id, user_id, 'without consent') as visitor_id,
        user_id as customer_id,
        case when event_name = 'order completed' then order_id end as order_id,
        coalesce(product_id, sku) as product_id,
        context_session_id as tracker_session_id,

        ---------- what
        event_name,
        coalesce(context_page_url, url) as page_url,
        coalesce(context_page_referrer, referrer) as referrer_url,
        query as search_term,
        {{ event_items('products', ['product_id', 'productId', 'sku', 'id']) }} as items,
        {{ number_or_null('quantity', 'integer') }} as quantity,
        {{ number_or_null('price') }} as unit_price,
        case
            when event_name = 'order completed'
                then cast(
                    coalesce(revenue_number, subtotal_number, total_number - shipping_number - tax_number)
                    as decimal(19, 4)
                )
        end as order_total,
        case when length(currency) = 3 then upper(currency) end as currency,

        ---------- where from
        context_campaign_source as utm_source,
        context_campaign_medium as utm_medium,
        context_campaign_name as utm_campaign,
        case
            when lower(context_device_type) in ('ios', 'android') then 'mobile'
            when lower(context_user_agent_data_mobile) in ('true', 't', '1') then 'mobile'
            when lower(context_user_agent_data_mobile) in ('false', 'f', '0') then 'desktop'
        end as device_type,
        coalesce(context_os_name, context_user_agent_data_platform) as os,
        context_user_agent as user_agent,
        context_location_country as country,
        context_location_region as region,
        context_location_city as city,
        case when coalesce(anonymous_id, user_id) is null then false end as has_consent,

        ---------- when
        called_at as occurred_at,

        ---------- landing
        _load_id

    from with_numbers

)

select * from renamed
