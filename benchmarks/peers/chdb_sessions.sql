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
    where coalesce(landed.has_consent, true)

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
    arrayCount(one -> one.3 in ('cart_view', 'checkout_start'), events_of_session) as cart_view_or_checkout_count
from sessions;

-- Each order that events report, at its first report, and each purchase event that names none.
create temporary table purchases as
select
    assumeNotNull(landed.visitor_id) as visitor_id,
    landed.order_id as order_id,
    min(assumeNotNull(landed.occurred_at)) as occurred_at
from file({events}, 'Parquet') as landed
inner join (

    select event_name
    from file({event_taxonomy}, 'CSVWithNames', 'source String, event_name String, action String')
    where source = 'shop' and action = 'purchase'

) as purchase_names
    on lower(trimBoth(landed.event_name)) = purchase_names.event_name
where coalesce(landed.has_consent, true)
group by visitor_id, order_id, if(landed.order_id is null, landed.event_id, null);

-- The latest version of each order that no event reports. It belongs to the session during which its visitor placed it,
-- or that ended at most a timeout before.
create temporary table silent_orders as
select
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
where
    visitor_id is not null
    and order_id not in (select order_id from purchases where order_id is not null);

insert into function file({out}, 'Parquet')

with

reported as (

    select counted.visitor_id as visitor_id, counted.started_at as started_at, count() as purchase_count
    from counted
    inner join purchases on counted.visitor_id = purchases.visitor_id
    where purchases.occurred_at between counted.started_at and counted.ended_at
    group by counted.visitor_id, counted.started_at

),

placed as (

    select counted.visitor_id as visitor_id, counted.started_at as started_at, count() as purchase_count
    from counted
    inner join silent_orders on counted.visitor_id = silent_orders.visitor_id
    where silent_orders.ordered_at between counted.started_at and counted.ended_at + interval 30 minute
    group by counted.visitor_id, counted.started_at

)

select
    counted.visitor_id as visitor_id,
    counted.started_at as started_at,
    counted.event_count as event_count,
    counted.page_count as page_count,
    counted.list_or_product_count as list_or_product_count,
    counted.cart_add_count as cart_add_count,
    counted.cart_view_or_checkout_count as cart_view_or_checkout_count,
    -- what a left join does not find is 0
    if(reported.purchase_count > 0, reported.purchase_count, placed.purchase_count) as purchase_count,
    multiIf(
        purchase_count > 0, 'buyer',
        cart_add_count > 0 and cart_view_or_checkout_count > 0, 'leaver',
        cart_add_count > 0, 'funshopper',
        page_count = 1, 'bouncer',
        list_or_product_count > 0, 'browser',
        'other'
    ) as funnel_class
from counted
left join reported on counted.visitor_id = reported.visitor_id and counted.started_at = reported.started_at
left join placed on counted.visitor_id = placed.visitor_id and counted.started_at = placed.started_at;
