with

stretches as (

    select * from {{ ref('int_session_stretches') }}

),

purchases as (

    select * from {{ ref('int_purchases') }}

),

totals as (

    select
        ---------- ids
        session_id,
        min(visitor_id) as visitor_id,

        ---------- how it began
        max(landing_page_url) as landing_page_url,
        max(referrer_url) as referrer_url,
        max(utm_source) as utm_source,
        max(utm_medium) as utm_medium,
        max(utm_campaign) as utm_campaign,
        max(device_type) as device_type,
        max(user_agent) as user_agent,
        max(country) as country,

        ---------- who was seen
        min(min_customer_id) as min_customer_id,
        max(max_customer_id) as max_customer_id,
        max_by(last_customer_id, last_customer_nth) as last_customer_id,

        ---------- when
        min(session_started_at) as started_at,
        max(ended_at) as ended_at,

        ---------- what happened
        sum(event_count) as event_count,
        sum(page_count) as page_count,
        count(distinct product_id) as product_count,
        sum(list_view_count) as list_view_count,
        sum(search_count) as search_count,
        sum(product_view_count) as product_view_count,
        sum(product_compare_count) as product_compare_count,
        sum(cart_add_count) as cart_add_count,
        sum(cart_remove_count) as cart_remove_count,
        sum(cart_view_count) as cart_view_count,
        sum(checkout_start_count) as checkout_start_count,
        sum(purchase_count) as purchase_count,
        max(last_cart_add_at) as last_cart_add_at

    from stretches

    group by session_id

),

last_stretches as (

    select
        session_id,
        max(purchases_so_far) as purchases_so_far

    from stretches

    where cart_add_count > 0 or purchase_count > 0

    group by session_id

),

-- what was put in and not taken out again since the last purchase
carts as (

    select
        stretches.session_id,
        count(distinct stretches.product_id) as products_left_in_cart

    from stretches

    inner join last_stretches
        on
            stretches.session_id = last_stretches.session_id
            and stretches.purchases_so_far = last_stretches.purchases_so_far

    where stretches.cart_balance > 0

    group by stretches.session_id

),

session_purchases as (

    select
        session_id,
        sum(revenue) as revenue

    from purchases

    group by session_id

)

select
    totals.*,
    coalesce(carts.products_left_in_cart, 0) as products_left_in_cart,
    coalesce(session_purchases.revenue, 0) as purchase_revenue

from totals

left join carts
    on totals.session_id = carts.session_id

left join session_purchases
    on totals.session_id = session_purchases.session_id
