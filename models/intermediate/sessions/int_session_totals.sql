{{ config(
    materialized='incremental',
    incremental_strategy='replace_windows',
    meta={'rebuilt_together': 'events'}
) }}

with

session_events as (

    select * from {{ ref('int_session_events_this_run') }}

),

session_keys as (

    select * from {{ ref('int_session_keys_this_run') }}

),

totals as (

    select
        session_number,

        ---------- when
        max(occurred_at) as ended_at,
        greatest(max(occurred_at), coalesce(max(last_reported_at), max(occurred_at))) as last_reported_at,

        ---------- who was seen
        min(customer_id) as min_customer_id,
        max(customer_id) as max_customer_id,
        max_by(customer_id, case when customer_id is not null then nth_in_stream end) as last_customer_id,

        ---------- what happened
        count(case when is_event then 1 end) as event_count,
        count(case when is_page then 1 end) as page_count,
        {{ count_action('list_view', only='is_event') }} as list_view_count,
        count(case when action in ('search', 'trip_search') and is_event then 1 end) as search_count,
        {{ count_action('trip_search', only='is_event') }} as trip_search_count,
        {{ count_action('product_view', only='is_event') }} as product_view_count,
        {{ count_action('product_compare', only='is_event') }} as product_compare_count,
        {{ count_action('cart_add', only='is_event') }} as cart_add_count,
        {{ count_action('cart_view', only='is_event') }} as cart_view_count,
        {{ count_action('checkout_start', only='is_event') }} as checkout_start_count,
        {{ count_action('purchase', only='is_event') }} as purchase_count,
        {{ count_action('offer_click', only='is_event') }} as offer_click_count,
        -- how many kinds of shopping aid were used
        max(case when action in ('search', 'trip_search') then 1 else 0 end)
        {% for action in ['product_compare', 'image_zoom', 'review_read', 'option_select', 'wishlist_add'] -%}
        + max(case when action = '{{ action }}' then 1 else 0 end)
        {% endfor %} as function_count,
        max(case when action = 'cart_add' then occurred_at end) as last_cart_add_at,

        ---------- landing
        sum(landed_row_count) as landed_row_count,
        -- that of a copy, too, which is not new in the next run
        greatest(max(_load_id), coalesce(max(last_load_id), max(_load_id))) as last_load_id

    from session_events

    group by session_number

)

select
    ---------- ids
    session_keys.session_id,
    session_keys.visitor_id,

    ---------- when
    session_keys.started_at,
    totals.ended_at,
    totals.last_reported_at,
    session_keys.first_event_id,
    session_keys.first_load_id,

    ---------- who was seen
    totals.min_customer_id,
    totals.max_customer_id,
    totals.last_customer_id,

    ---------- what happened
    totals.event_count,
    totals.page_count,
    totals.list_view_count,
    totals.search_count,
    totals.trip_search_count,
    totals.product_view_count,
    totals.product_compare_count,
    totals.cart_add_count,
    totals.cart_view_count,
    totals.checkout_start_count,
    totals.purchase_count,
    totals.offer_click_count,
    totals.function_count,
    totals.last_cart_add_at,

    ---------- landing
    cast(totals.landed_row_count as bigint) as landed_row_count,
    totals.last_load_id

from totals

inner join session_keys
    on totals.session_number = session_keys.session_number
