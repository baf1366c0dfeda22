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

costs as (

    select * from {{ ref('int_order_costs') }}

),

refunds as (

    select
        order_id,
        sum(refunded) as refunded

    from {{ ref('int_refunds') }}

    group by order_id

),

netted as (

    select
        orders.*,
        coalesce(refunds.refunded, 0) as refunded,
        case
            when orders.counts_as_revenue
                then orders.gross_revenue - orders.discount - coalesce(refunds.refunded, 0)
            else 0
        end as net_revenue,
        case when orders.counts_as_revenue then costs.goods_cost else 0 end as goods_cost

    from orders

    left join refunds
        on orders.order_id = refunds.order_id

    left join costs
        on orders.order_id = costs.order_id

),

joined as (

    select
        ---------- ids
        netted.order_id,
        order_profiles.customer_id,
        order_profiles.profile_id,
        session_orders.session_id,

        ---------- what
        netted.order_status,
        netted.counts_as_order,
        netted.sales_channel,
        netted.coupon_code,
        netted.is_gift,
        coalesce(order_profiles.nth_order = 1, false) as is_first_order,
        cast(order_profiles.days_since_previous_order as integer) as days_since_previous_order,

        ---------- money
        netted.gross_revenue,
        netted.discount,
        cast(netted.refunded as decimal(18, 2)) as refunded,
        cast(netted.net_revenue as decimal(18, 2)) as net_revenue,
        cast(netted.net_revenue - netted.goods_cost as decimal(18, 2)) as margin,

        ---------- when
        netted.ordered_at

    from netted

    inner join order_profiles
        on netted.order_id = order_profiles.order_id

    left join session_orders
        on netted.order_id = session_orders.order_id

)

select * from joined
