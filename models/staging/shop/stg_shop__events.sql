with

source as (

    select * from {{ source('shop', 'events') }}

),

renamed as (

    select
        ---------- ids
        event_id,
        visitor_id,
        customer_id,
        order_id,
        product_id,
        tracker_session_id,

        ---------- what
        lower(event_name) as event_name,
        page_type,
        page_url,
        referrer_url,
        search_term,
        search_location,
        search_date,
        items,
        quantity,
        unit_price,
        order_total,
        upper(currency) as currency,

        ---------- where from
        utm_source,
        utm_medium,
        utm_campaign,
        device_type,
        browser,
        os,
        user_agent,
        country,
        region,
        city,
        has_consent,

        ---------- when
        occurred_at,

        ---------- landing
        is_deleted,
        _load_id

    from source

)

select * from renamed
