with

orders as (

    select * from {{ ref('int_order_profiles') }}

    where profile_id is not null and {{ only_this_run('profile_id', fed_model='int_order_facts') }}

),

order_lines as (

    select * from {{ ref('int_order_line_values') }}

),

sessions as (

    select * from {{ ref('int_session_profiles') }}

),

session_products as (

    select * from {{ ref('int_session_products') }}

),

bought as (

    select distinct
        orders.order_id,
        orders.profile_id,
        orders.ordered_at,
        orders.order_date,
        order_lines.product_id,
        order_lines.is_marked_down

    from orders

    inner join order_lines
        on orders.order_id = order_lines.order_id

),

-- only views of products that were bought matter
seen as (

    select
        sessions.profile_id,
        session_products.product_id,
        session_products.session_started_at,
        session_products.review_read_count

    from session_products

    inner join sessions
        on session_products.session_id = sessions.session_id

    where
        session_products.product_id in (select product_id from bought)
        and sessions.profile_id in (select profile_id from bought)

),

seen_before as (

    select
        bought.order_id,
        bought.ordered_at,
        bought.order_date,
        bought.is_marked_down,
        seen.review_read_count,
        seen.session_started_at,
        cast({{ in_business_timezone('seen.session_started_at') }} as date) as seen_date

    from bought

    inner join seen
        on
            bought.profile_id = seen.profile_id
            and bought.product_id = seen.product_id
            and bought.ordered_at >= seen.session_started_at

    where
        {{ seconds_between('seen.session_started_at', 'bought.ordered_at') }}
        <= {{ threshold('order_views', 'view_window_days') }} * 24 * 60 * 60

)

select
    order_id,
    {{ seconds_between('min(session_started_at)', 'max(ordered_at)') }} / 60 as minutes_to_purchase,
    sum(review_read_count) > 0 as has_read_reviews,
    -- viewed on an earlier day, and bought at a reduced price
    max(case when is_marked_down and seen_date < order_date then 1 else 0 end) = 1 as has_waited_for_price

from seen_before

group by order_id
