with

source as (

    select
        *,
        -- PostHog's own events begin with a dollar; of the others, both ways of writing are usual
        case when event like '$%' then lower(event) else lower(replace(event, '_', ' ')) end as event_words

    from {{ source('posthog', 'events') }}

    -- what a server knows of a customer is no visit
    where device_id is not null or event not in ('$identify', '$set', '$create_alias', '$groupidentify')

),

with_numbers as (

    select
        *,
        {{ number_or_null('revenue') }} as revenue_number,
        {{ number_or_null('subtotal') }} as subtotal_number,
        {{ number_or_null('total') }} as total_number,
        coalesce({{ number_or_null('shipping') }}, 0) as shipping_number,
        coalesce({{ number_or_null('tax') }}, 0) as tax_number

    from source

),

renamed as (

    select
        ---------- ids
        event_id,
        coalesce(device_id, person_id, distinct_id, 'without consent') as visitor_id,
        user_id as customer_id,
        case when event_words = 'order completed' then order_id end as order_id,
        coalesce(product_id, sku) as product_id,
        session_id as tracker_session_id,

        ---------- what
        event_words as event_name,
        current_url as page_url,
        referrer as referrer_url,
        query as search_term,
        {{ event_items('products', ['product_id', 'productId', 'sku', 'id']) }} as items,
        {{ number_or_null('quantity', 'integer') }} as quantity,
        {{ number_or_null('price') }} as unit_price,
        case
            when event_words = 'order completed'
                then cast(
                    coalesce(revenue_number, subtotal_number, total_number - shipping_number - tax_number)
                    as decimal(19, 4)
                )
        end as order_total,
        case when length(currency) = 3 then upper(currency) end as currency,

        ---------- where from
        utm_source,
        utm_medium,
        utm_campaign,
        lower(device_type) as device_type,
        browser,
        os,
        user_agent,
        country,
        region,
        city,
        case when coalesce(device_id, person_id, distinct_id) is null then false end as has_consent,

        ---------- when
        occurred_at,

        ---------- landing
        _load_id

    from with_numbers

)

select * from renamed
