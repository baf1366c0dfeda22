{{ config(
    materialized='incremental',
    incremental_strategy='replace_windows',
    meta={'rebuilt_together': 'events'}
) }}

with

session_events as (

    select * from {{ ref('int_session_events') }}

),

totals as (

    select
        ---------- ids
        visitor_id,

        ---------- when
        session_started_at as started_at,
        max(occurred_at) as ended_at,
        max(case when is_session_start then event_id end) as first_event_id,
        max(case when is_session_start then _load_id end) as first_load_id,

        ---------- who was seen
        min(customer_id) as min_customer_id,
        max(customer_id) as max_customer_id,
        max_by(customer_id, case when customer_id is not null then nth_in_stream end) as last_customer_id,

        ---------- what happened
        count(case when not is_copy then 1 end) as event_count,
        count(case when is_page and not is_copy then 1 end) as page_count,
        {{ count_action('list_view') }} as list_view_count,
        {{ count_action('search') }} as search_count,
        {{ count_action('product_view') }} as product_view_count,
        {{ count_action('product_compare') }} as product_compare_count,
        {{ count_action('cart_add') }} as cart_add_count,
        {{ count_action('cart_view') }} as cart_view_count,
        {{ count_action('checkout_start') }} as checkout_start_count,
        {{ count_action('purchase') }} as purchase_count,
        max(case when action = 'cart_add' then occurred_at end) as last_cart_add_at,

        ---------- landing
        max(_load_id) as last_load_id

    from session_events

    group by visitor_id, session_started_at

)

select
    {{ session_key('visitor_id', 'started_at') }} as session_id,
    *
from totals
