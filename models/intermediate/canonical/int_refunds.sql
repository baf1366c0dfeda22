with

refunds as (
    {{ union_canonical('refunds', var('order_sources'), [
        'refund_id', 'order_id', 'amount', 'refunded_at', '_load_id'
    ]) }}
),

as_of as (

    select * from {{ ref('int_as_of') }}

),

orders as (

    select * from {{ ref('int_orders') }}

),

numbered as (

    select
        *,
        row_number() over (
            partition by refund_id
            order by _load_id desc, refunded_at desc, amount desc, order_id desc
        ) as nth_latest

    from refunds

    where refunded_at <= (select as_of.as_of from as_of)

),

latest as (

    select
        ---------- ids
        numbered.refund_id,
        numbered.order_id,

        ---------- what
        orders.order_id is null as is_orphan,
        -- at the order's rate, so that a full refund leaves nothing
        cast(numbered.amount * orders.rate as decimal(18, 2)) as refunded,

        ---------- when
        numbered.refunded_at,
        cast({{ in_business_timezone('numbered.refunded_at') }} as date) as refund_date

    from numbered

    left join orders
        on numbered.order_id = orders.order_id

    where numbered.nth_latest = 1

)

select * from latest
