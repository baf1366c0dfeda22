{{ config(materialized='view') }}

with

sessions as (

    select * from {{ ref('int_sessions_this_run') }}

),

session_orders as (

    select * from {{ ref('int_session_orders') }}

),

-- an order is reported once for each product, and again when the page that thanks for it is loaded again
reported as (

    select
        sessions.profile_id,
        purchases.session_id,
        purchases.session_started_at,
        purchases.order_id,
        purchases.revenue,
        purchases.order_revenue,
        purchases.nth_purchase_in_session,
        purchases.nth_in_session,
        row_number() over (
            partition by purchases.session_id, purchases.order_id, purchases.product_id
            order by purchases.nth_in_session
        ) as nth_report_of_product

    from {{ ref('int_purchases') }} as purchases

    inner join sessions
        on purchases.session_id = sessions.session_id

),

-- what names no order is a purchase each time
new as (

    select
        *,
        case when order_id is null then nth_purchase_in_session end as nth_without_order,
        dense_rank() over (
            partition by profile_id, order_id
            order by session_started_at, session_id
        ) as nth_session_of_order

    from reported

),

purchases as (

    select
        session_id,
        order_id,
        nth_without_order,
        -- the total that the tracker names, else what its products add up to
        coalesce(
            max(order_revenue),
            sum(case when order_id is null or nth_report_of_product = 1 then revenue end)
        ) as revenue

    from new

    where order_id is null or nth_session_of_order = 1

    group by session_id, order_id, nth_without_order

)

select
    purchases.session_id,
    count(*) as purchase_count,
    -- where the order itself has landed, its money counts
    sum(coalesce(session_orders.gross_revenue, purchases.revenue)) as purchase_revenue

from purchases

left join session_orders
    on purchases.order_id = session_orders.order_id

group by purchases.session_id
