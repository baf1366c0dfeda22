{{ config(materialized='incremental', incremental_strategy='replace_profiles') }}

with

order_profiles as (

    select * from {{ ref('int_order_profiles') }}

    where profile_id is not null and {{ only_this_run('profile_id') }}

),

orders as (

    select
        versions.*,
        order_profiles.profile_id

    from {{ ref('int_order_versions') }} as versions

    inner join order_profiles
        on versions.order_id = order_profiles.order_id

    where versions.counts_as_order

),

order_lines as (

    select
        order_id,
        sum(quantity) as unit_count,
        max(case when is_marked_down then 1 else 0 end) = 1 as is_marked_down

    from {{ ref('int_order_line_values') }}

    group by order_id

),

order_views as (

    select * from {{ ref('int_order_views') }}

),

session_orders as (

    select * from {{ ref('int_session_orders') }}

),

offer_sessions as (

    select session_id from {{ ref('int_session_totals') }}

    where offer_click_count > 0

),

facts as (

    select
        ---------- ids
        orders.order_id,
        orders.profile_id,

        ---------- what
        lower(orders.sales_channel) as sales_channel,
        orders.is_gift,
        order_lines.unit_count,

        ---------- at which price
        orders.coupon_code is not null as has_coupon,
        -- without lines, a discount without a coupon is taken for a marked-down price
        coalesce(order_lines.is_marked_down, orders.discount > 0 and orders.coupon_code is null) as is_marked_down,
        offer_sessions.session_id is not null as follows_offer,
        coalesce(order_views.has_waited_for_price, false) as has_waited_for_price,

        ---------- how
        session_orders.session_id is not null as is_of_session,
        order_views.minutes_to_purchase,
        order_views.has_read_reviews,

        ---------- when
        orders.ordered_at,
        orders.order_date,
        orders.valid_from,
        orders.valid_to

    from orders

    left join order_lines
        on orders.order_id = order_lines.order_id

    left join order_views
        on orders.order_id = order_views.order_id

    left join session_orders
        on orders.order_id = session_orders.order_id

    left join offer_sessions
        on session_orders.session_id = offer_sessions.session_id

)

select * from facts
