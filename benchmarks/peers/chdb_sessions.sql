-- Sessions and their funnel class as ClickHouse does it best: the events of a visitor are an array, which is split
-- where a session begins. `{events}`, `{orders}`, `{event_taxonomy}` and `{out}` are files.

create temporary table counted as

with

event_kinds as (

    select event_name, action, is_page
    from file({event_taxonomy}, 'CSVWithNames', 'source String, event_name String, action String, is_page Bool')
    where source = 'shop'

),

events as (

    select
        assumeNotNull(landed.visitor_id) as visitor_id,
        assumeNotNull(landed.occurred_at) as occurred_at,
        assumeNotNull(landed.event_id) as event_id,
        event_kinds.action as action,
        event_kinds.is_page as is_page
    from file({events}, 'Parquet') as landed
    left join event_kinds on lower(trimBoth(landed.event_name)) = event_kinds.event_name

),

visits as (

    select
        visitor_id,
        arraySort(one -> (one.1, one.2), groupArray((occurred_at, event_id, action, is_page))) as events_with_duplicates,
        arrayFilter(
            (one, previous) -> (one.1, one.2) != (previous.1, previous.2),
            events_with_duplicates,
            arrayPopBack(arrayPushFront(events_with_duplicates, (toDateTime64(0, 6), '', '', false)))
        ) as events_of_visitor
    from events
    group by visitor_id

),

sessions as (

    select
        visitor_id,
        arrayJoin(
            arraySplit(
                (one, previous) -> one.1 > previous.1 + interval 30 minute,
                events_of_visitor,
                arrayPopBack(arrayPushFront(events_of_visitor, events_of_visitor[1]))
            )
        ) as events_of_session
    from visits

)

select
    visitor_id,
    events_of_session[1].1 as started_at,
    events_of_session[-1].1 as ended_at,
    length(events_of_session) as event_count,
    arrayCount(one -> one.4, events_of_session) as page_count,
    arrayCount(one -> one.3 in ('list_view', 'search', 'product_view'), events_of_session) as list_or_product_count,
    arrayCount(one -> one.3 = 'cart_add', events_of_session) as cart_add_count,
    arrayCount(one -> one.3 in ('cart_view', 'checkout_start'), events_of_session) as cart_view_or_checkout_count,
    arrayCount(one -> one.3 = 'purchase', events_of_session) as purchase_count
from sessions;

-- A session with an order but without a purchase event is a buyer as well: the orders that no purchase event names.
create temporary table placed as

with

named as (

    select assumeNotNull(landed.order_id) as order_id
    from file({events}, 'Parquet') as landed
    inner join (

        select event_name
        from file({event_taxonomy}, 'CSVWithNames', 'source String, event_name String, action String')
        where source = 'shop' and action = 'purchase'

    ) as purchases
        on lower(trimBoth(landed.event_name)) = purchases.event_name
    where landed.order_id is not null

),

silent_orders as (

    select
        assumeNotNull(order_id) as order_id,
        assumeNotNull(visitor_id) as visitor_id,
        ordered_at
    from (

        select *
        from file({orders}, 'Parquet')
        order by
            coalesce(updated_at, ordered_at) desc, status desc, gross_amount desc,
            discount_amount desc, customer_id desc
        limit 1 by order_id

    ) as latest_orders
    where visitor_id is not null and order_id not in (select order_id from named)

)

select
    counted.visitor_id as visitor_id,
    counted.started_at as started_at,
    uniqExact(silent_orders.order_id) as order_count
from counted
inner join silent_orders on counted.visitor_id = silent_orders.visitor_id
where silent_orders.ordered_at between counted.started_at and counted.ended_at
group by counted.visitor_id, counted.started_at;

insert into function file({out}, 'Parquet')
select
    counted.visitor_id as visitor_id,
    counted.started_at as started_at,
    counted.ended_at as ended_at,
    counted.event_count as event_count,
    counted.page_count as page_count,
    counted.list_or_product_count as list_or_product_count,
    counted.cart_add_count as cart_add_count,
    counted.cart_view_or_checkout_count as cart_view_or_checkout_count,
    -- without a match, ClickHouse's joins give 0
    if(counted.purchase_count > 0, counted.purchase_count, placed.order_count) as purchase_count,
    multiIf(
        purchase_count > 0, 'buyer',
        cart_add_count > 0 and cart_view_or_checkout_count > 0, 'leaver',
        cart_add_count > 0, 'funshopper',
        page_count = 1, 'bouncer',
        list_or_product_count > 0, 'browser',
        'other'
    ) as funnel_class
from counted
left join placed on counted.visitor_id = placed.visitor_id and counted.started_at = placed.started_at;
