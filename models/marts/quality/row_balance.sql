-- Where the landed rows are: published, or left out for a reason. Each figure is counted by itself, so that they add up
-- only where no row is lost. A further reason is a further line here.
with

landed as (

    select * from {{ ref('int_landed_rows') }}

),

session_totals as (

    select
        sum(landed_row_count) as row_count,
        sum(event_count) as event_count

    from {{ ref('int_session_totals') }}

),

sessions as (

    select
        is_robot,
        event_count

    from {{ ref('sessions') }}

),

orders as (

    select order_id from {{ ref('orders') }}

),

order_versions as (

    select
        count(*) as row_count,
        count(distinct order_id) as order_count

    from {{ ref('canonical_orders') }}

),

order_line_versions as (

    select count(*) as row_count from {{ ref('canonical_order_lines') }}

),

order_lines as (

    select order_id from {{ ref('int_order_lines') }}

),

line_values as (

    select order_id from {{ ref('int_order_line_values') }}

),

refund_versions as (

    select
        count(*) as row_count,
        count(distinct refund_id) as refund_count

    from {{ ref('canonical_refunds') }}

),

refunds as (

    select
        refund_id,
        is_orphan

    from {{ ref('int_refunds') }}

),

customer_versions as (

    select
        count(*) as row_count,
        count(distinct customer_id) as customer_count

    from {{ ref('canonical_customers') }}

),

customers as (

    select customer_id from {{ ref('int_customers') }}

),

profiles as (

    select customer_id from {{ ref('profiles') }}

    where is_customer

),

refused_events as (

    select event_date from {{ ref('int_refused_events') }}

),

withdrawals as (

    select * from {{ ref('int_event_withdrawals') }}

),

withdrawn_events as (

    select events.event_id
    from {{ ref('canonical_events') }} as events
    where events.is_deleted

    union all

    select events.event_id
    from {{ ref('canonical_events') }} as events
    where
        not coalesce(events.is_deleted, false)
        and coalesce(events.has_consent, true)
        -- few events have the id of a withdrawn one, so that the rest is asked of few
        and events.event_id in (select withdrawals.event_id from withdrawals)
        and exists (
            select 1
            from withdrawals
            where {{ is_withdrawal_of('events') }}
        )

),

withdrawn_rows as (

    select
        'events' as object_name,
        count(*) as row_count
    from withdrawn_events

    union all

    select
        'orders' as object_name,
        count(distinct order_id) as row_count
    from {{ ref('canonical_orders') }}
    where is_deleted and order_id not in (select orders.order_id from orders)

    union all

    select
        'refunds' as object_name,
        count(distinct refund_id) as row_count
    from {{ ref('canonical_refunds') }}
    where is_deleted and refund_id not in (select refunds.refund_id from refunds)

    union all

    select
        'customers' as object_name,
        count(distinct customer_id) as row_count
    from {{ ref('canonical_customers') }}
    where is_deleted and customer_id not in (select customers.customer_id from customers)

),

balance as (

    select
        object_name,
        'landed' as figure,
        row_count
    from landed

    union all

    select
        object_name,
        'later_than_as_of' as figure,
        later_count as row_count
    from landed

    union all

    select
        object_name,
        'removed' as figure,
        removed_count as row_count
    from landed

    union all

    select
        object_name,
        'erased' as figure,
        erased_count as row_count
    from landed

    union all

    select
        object_name,
        'too_old' as figure,
        too_old_count as row_count
    from landed

    union all

    select
        'events' as object_name,
        'published' as figure,
        coalesce(sum(case when not is_robot then event_count end), 0) as row_count
    from sessions

    union all

    select
        'events' as object_name,
        'of_robots' as figure,
        coalesce(sum(case when is_robot then event_count end), 0) as row_count
    from sessions

    union all

    select
        'events' as object_name,
        'without_consent' as figure,
        count(*) as row_count
    from refused_events

    union all

    select
        object_name,
        'withdrawn' as figure,
        row_count
    from withdrawn_rows

    union all

    -- reported again, or a row for each product
    select
        'events' as object_name,
        'copies' as figure,
        coalesce(row_count - event_count, 0) as row_count
    from session_totals

    union all

    select
        'orders' as object_name,
        'published' as figure,
        count(*) as row_count
    from orders

    union all

    select
        'orders' as object_name,
        'superseded' as figure,
        row_count - order_count as row_count
    from order_versions

    union all

    select
        'order_lines' as object_name,
        'published' as figure,
        count(*) as row_count
    from line_values

    union all

    select
        'order_lines' as object_name,
        'superseded' as figure,
        order_line_versions.row_count - (select count(*) from order_lines) as row_count
    from order_line_versions

    union all

    select
        'order_lines' as object_name,
        'without_order' as figure,
        count(*) as row_count
    from order_lines
    where order_id not in (select orders.order_id from orders)

    union all

    select
        'refunds' as object_name,
        'published' as figure,
        count(case when not is_orphan then 1 end) as row_count
    from refunds

    union all

    select
        'refunds' as object_name,
        'superseded' as figure,
        row_count - refund_count as row_count
    from refund_versions

    union all

    select
        'refunds' as object_name,
        'without_order' as figure,
        count(case when is_orphan then 1 end) as row_count
    from refunds

    union all

    select
        'customers' as object_name,
        'published' as figure,
        count(*) as row_count
    from profiles
    where customer_id in (select customers.customer_id from customers)

    union all

    select
        'customers' as object_name,
        'superseded' as figure,
        row_count - customer_count as row_count
    from customer_versions

)

select
    object_name,
    figure,
    cast(row_count as bigint) as row_count

from balance
