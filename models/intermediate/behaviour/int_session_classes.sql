{{ config(materialized='incremental', incremental_strategy='replace_profiles') }}

with

sessions as (

    select * from {{ ref('int_sessions_this_run') }}

),

starts as (

    select * from {{ ref('int_session_starts') }}

),

carts as (

    select * from {{ ref('int_session_carts') }}

),

purchases as (

    select * from {{ ref('int_session_purchases') }}

),

session_orders as (

    select
        session_id,
        count(*) as order_count,
        max(ordered_at) as last_ordered_at,
        sum(gross_revenue) as order_revenue

    from {{ ref('int_session_orders') }}

    group by session_id

),

styles as (

    select * from {{ ref('int_session_styles') }}

),

channels as (

    select * from {{ ref('int_session_channels') }}

),

robot_user_agents as (

    select * from {{ ref('int_robot_user_agents') }}

),

facts as (

    select
        sessions.*,
        coalesce(purchases.purchase_count, 0) as new_purchase_count,
        coalesce(carts.products_left_in_cart, 0) as products_left_in_cart,
        coalesce(purchases.purchase_revenue, 0) as purchase_revenue,
        styles.product_count,
        styles.is_judger,
        styles.is_comparer,
        styles.comparer_basis,
        coalesce(session_orders.order_count, 0) as order_count,
        session_orders.last_ordered_at,
        coalesce(session_orders.order_revenue, 0) as order_revenue,
        starts.device_type,
        starts.browser,
        starts.os,
        starts.country,
        starts.region,
        channels.channel,
        {{ seconds_between('sessions.started_at', 'sessions.ended_at') }} as duration_seconds,
        robot_user_agents.robot is not null as has_robot_user_agent

    from sessions

    inner join starts
        on sessions.session_id = starts.session_id

    left join carts
        on sessions.session_id = carts.session_id

    left join purchases
        on sessions.session_id = purchases.session_id

    left join styles
        on sessions.session_id = styles.session_id

    left join session_orders
        on sessions.session_id = session_orders.session_id

    left join channels
        on sessions.session_id = channels.session_id

    left join robot_user_agents
        on starts.user_agent = robot_user_agents.user_agent

),

classified as (

    select
        ---------- ids
        facts.session_id,
        facts.visitor_id,
        facts.customer_id,
        facts.profile_id,

        ---------- which class: the first one that fits
        case
            when facts.new_purchase_count > 0 or facts.order_count > 0
                then 'buyer'
            when facts.cart_add_count > 0 and (facts.cart_view_count > 0 or facts.checkout_start_count > 0)
                then 'leaver'
            when facts.cart_add_count > 0
                then 'funshopper'
            {% if var('industry') == 'travel' %}
            when facts.trip_search_count > 0
                then 'searcher'
            {% endif %}
            when facts.page_count = 1
                then 'bouncer'
            when facts.list_view_count > 0 or facts.search_count > 0 or facts.product_view_count > 0
                then 'browser'
            else 'other'
        end as funnel_class,
        facts.is_judger,
        facts.is_comparer,
        facts.comparer_basis,
        facts.products_left_in_cart > 0
        and (facts.last_ordered_at is null or facts.last_cart_add_at > facts.last_ordered_at) as has_abandoned_cart,
        facts.has_robot_user_agent
        or facts.event_count > {{ threshold('robots', 'max_event_count') }}
        or facts.duration_seconds > {{ threshold('robots', 'max_duration_hours') }} * 60 * 60
        or (
            facts.page_count >= {{ threshold('robots', 'min_pages_for_rate') }}
            and facts.page_count * 60 > {{ threshold('robots', 'max_pages_per_minute') }} * facts.duration_seconds
        ) as is_robot,

        ---------- on what, and where
        facts.device_type,
        facts.browser,
        facts.os,
        facts.country,
        facts.region,
        facts.channel,

        ---------- what happened
        facts.product_count,
        facts.offer_click_count,
        facts.function_count,
        -- purchases are counted as reported, and by orders where none was reported
        case
            when facts.new_purchase_count > 0 then facts.new_purchase_count else facts.order_count
        end as purchase_count,
        cast(
            case when facts.new_purchase_count > 0 then facts.purchase_revenue else facts.order_revenue end
            as decimal(28, 2)
        ) as revenue,

        ---------- when
        facts.started_at,
        facts.ended_at,
        facts.duration_seconds,
        cast({{ in_business_timezone('facts.ended_at') }} as date) as ended_date,
        row_number() over (partition by facts.profile_id order by facts.started_at, facts.session_id) as nth_of_profile

    from facts

)

select * from classified
