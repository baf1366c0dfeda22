with

refunds as (

    select * from {{ ref('canonical_refunds') }}

),

orders as (

    select * from {{ ref('int_orders') }}

),

latest as (

    {{ latest_version('refunds', key=['refund_id']) }}

),

priced as (

    select
        ---------- ids
        latest.refund_id,
        latest.order_id,

        ---------- what
        orders.order_id is null as is_orphan,
        -- at the order's rate, so that a full refund leaves nothing
        cast(latest.amount * orders.rate as decimal(28, 2)) as refunded,

        ---------- when
        latest.refunded_at,
        cast({{ in_business_timezone('latest.refunded_at') }} as date) as refund_date

    from latest

    left join orders
        on latest.order_id = orders.order_id

)

select * from priced
