with

orders as (

    select * from {{ ref('int_orders') }}

),

order_profiles as (

    select * from {{ ref('int_order_profiles') }}

),

session_orders as (

    select * from {{ ref('int_session_orders') }}

),

refunds as (

    select
        order_id,
        sum(refunded) as refunded

    from {{ ref('int_refunds') }}

    group by order_id

),

revenue as (

    select
        order_id,
        sum(net_revenue) as net_revenue,
        -- an unknown margin is not a margin of zero
        case when count(*) = count(margin) then sum(margin) end as margin

    from {{ ref('int_order_amounts') }}

    where is_latest

    group by order_id

),

joined as (

    select
        ---------- ids
        orders.order_id,
        order_profiles.customer_id,
        order_profiles.profile_id,
        session_orders.session_id,

        ---------- what
        orders.order_status,
        orders.counts_as_order,
        orders.sales_channel,
        orders.coupon_code,
        orders.is_gift,
        coalesce(order_profiles.nth_order = 1, false) as is_first_order,
        cast(order_profiles.days_since_previous_order as integer) as days_since_previous_order,

        ---------- money
        orders.gross_revenue,
        orders.discount,
        cast(coalesce(refunds.refunded, 0) as decimal(28, 2)) as refunded,
        cast(coalesce(revenue.net_revenue, 0) as decimal(28, 2)) as net_revenue,
        cast(case when orders.counts_as_revenue then revenue.margin else 0 end as decimal(28, 2)) as margin,

        ---------- when
        orders.ordered_at

    from orders

    inner join order_profiles
        on orders.order_id = order_profiles.order_id

    left join session_orders
        on orders.order_id = session_orders.order_id

    left join refunds
        on orders.order_id = refunds.order_id

    left join revenue
        on orders.order_id = revenue.order_id

)

select * from joined
