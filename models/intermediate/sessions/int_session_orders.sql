{{ config(pre_hook="{{ keep_before() }}") }}

with

sessions as (

    select * from {{ ref('int_session_totals') }}

),

purchases as (

    select * from {{ ref('int_purchases') }}

),

orders as (

    select * from {{ ref('int_orders') }}

),

-- the purchase event names the order
named as (

    select
        order_id,
        session_id,
        visitor_id,
        session_started_at,
        1 as preference

    from purchases

    where order_id is not null

),

-- or the order was placed while the visitor was on the site, or within a timeout of the session's last event: who
-- pays on another site reports nothing more
placed as (

    select
        orders.order_id,
        sessions.session_id,
        sessions.visitor_id,
        sessions.started_at as session_started_at,
        2 as preference

    from orders

    inner join sessions
        on
            orders.visitor_id = sessions.visitor_id
            and orders.ordered_at >= sessions.started_at
            and not {{ is_after_timeout('orders.ordered_at', 'sessions.ended_at') }}

),

numbered as (

    select
        *,
        row_number() over (
            partition by order_id
            order by preference, session_started_at, session_id
        ) as nth_best

    from (
        select * from named
        union all
        select * from placed
    ) as candidates

),

linked as (

    select
        orders.order_id,
        numbered.session_id,
        numbered.visitor_id,
        orders.customer_id,
        orders.counts_as_order,
        orders.ordered_at,
        orders.gross_revenue

    from numbered

    inner join orders
        on numbered.order_id = orders.order_id

    where numbered.nth_best = 1

)

select * from linked
