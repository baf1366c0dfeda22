with

session_events as (

    select * from {{ ref('int_session_events') }}

),

-- The one pass over the events: everything that follows is made of these rows.
stretches as (

    select
        ---------- ids
        visitor_id,
        session_started_at,
        purchases_so_far,
        product_id,

        ---------- how the session began: only the row with its first event knows
        max(case when is_session_start then page_url end) as landing_page_url,
        max(case when is_session_start then referrer_url end) as referrer_url,
        max(case when is_session_start then utm_source end) as utm_source,
        max(case when is_session_start then utm_medium end) as utm_medium,
        max(case when is_session_start then utm_campaign end) as utm_campaign,
        max(case when is_session_start then device_type end) as device_type,
        max(case when is_session_start then user_agent end) as user_agent,
        max(case when is_session_start then country end) as country,

        ---------- who was seen
        min(customer_id) as min_customer_id,
        max(customer_id) as max_customer_id,
        max_by(customer_id, case when customer_id is not null then nth_in_stream end) as last_customer_id,
        max(case when customer_id is not null then nth_in_stream end) as last_customer_nth,

        ---------- what happened
        max(occurred_at) as ended_at,
        count(case when not is_copy then 1 end) as event_count,
        count(case when is_page and not is_copy then 1 end) as page_count,
        {{ count_action('list_view') }} as list_view_count,
        {{ count_action('search') }} as search_count,
        {{ count_action('product_view') }} as product_view_count,
        {{ count_action('image_zoom') }} as image_zoom_count,
        {{ count_action('review_read') }} as review_read_count,
        {{ count_action('option_select') }} as option_select_count,
        {{ count_action('product_compare') }} as product_compare_count,
        {{ count_action('cart_add') }} as cart_add_count,
        {{ count_action('cart_remove') }} as cart_remove_count,
        {{ count_action('cart_view') }} as cart_view_count,
        {{ count_action('checkout_start') }} as checkout_start_count,
        {{ count_action('purchase') }} as purchase_count,
        sum(dwell_microseconds) as dwell_microseconds,

        ---------- what was in the cart
        sum(case
            when is_copy then 0
            when action = 'cart_add' then coalesce(quantity, 1)
            when action = 'cart_remove' then -coalesce(quantity, 1)
            else 0
        end) as cart_balance,
        max(case when action = 'cart_add' then occurred_at end) as last_cart_add_at,

        ---------- what was bought: a stretch begins with at most one purchase
        max(case when action = 'purchase' and not is_copy then order_id end) as order_id,
        max(case when action = 'purchase' and not is_copy then currency end) as currency,
        sum(
            case when action = 'purchase' and not is_copy then coalesce(quantity, 1) * unit_price end
        ) as purchase_amount

    from session_events

    group by visitor_id, session_started_at, purchases_so_far, product_id

)

select
    *,
    {{ session_key('visitor_id', 'session_started_at') }} as session_id
from stretches
