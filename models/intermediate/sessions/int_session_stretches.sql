with

session_events as (

    select * from {{ ref('int_session_events') }}

),

stretches as (

    select
        ---------- ids
        visitor_id,
        session_started_at,
        purchases_so_far,
        product_id,

        ---------- attention
        {{ count_action('product_view') }} as product_view_count,
        {{ count_action('image_zoom') }} as image_zoom_count,
        {{ count_action('review_read') }} as review_read_count,
        {{ count_action('option_select') }} as option_select_count,
        sum(dwell_microseconds) as dwell_microseconds,

        ---------- what was in the cart
        {{ count_action('cart_add') }} as cart_add_count,
        sum(case
            when is_copy then 0
            when action = 'cart_add' then coalesce(quantity, 1)
            when action = 'cart_remove' then -coalesce(quantity, 1)
            else 0
        end) as cart_balance,

        ---------- what was bought: a stretch begins with at most one purchase
        {{ count_action('purchase') }} as purchase_count,
        max(case when action = 'purchase' and not is_copy then order_id end) as order_id,
        max(case when action = 'purchase' and not is_copy then currency end) as currency,
        sum(
            case when action = 'purchase' and not is_copy then coalesce(quantity, 1) * unit_price end
        ) as purchase_amount

    from session_events

    where product_id is not null or action = 'purchase'

    group by visitor_id, session_started_at, purchases_so_far, product_id

)

select * from stretches
