-- Sessions and their funnel class as usually written: two windows partitioned by visitor, and one aggregation.

create temp table counted as

with

event_kinds as (

    select *
    from read_csv(getvariable('seeds') || '/events/event_taxonomy.csv', header = true)
    where source = 'shop'

),

events as (

    select
        landed.visitor_id,
        landed.occurred_at,
        landed.event_id,
        coalesce(event_kinds.is_page, false) as is_page,
        coalesce(event_kinds.action, 'unknown') as action
    from read_parquet(getvariable('events')) as landed
    left join event_kinds on lower(trim(landed.event_name)) = event_kinds.event_name
    where coalesce(landed.has_consent, true)

),

neighbours as (

    select
        *,
        lag(occurred_at) over visits as previous_at,
        lag(event_id) over visits as previous_event_id
    from events
    window visits as (partition by visitor_id order by occurred_at, event_id)

),

numbered as (

    select
        *,
        count(*) filter (where previous_at is null or occurred_at > previous_at + interval 30 minute) over (
            partition by visitor_id order by occurred_at, event_id rows unbounded preceding
        ) as session_number
    from neighbours
    -- a duplicate has the time of its original, so removing it changes no gap
    where (previous_at, previous_event_id) is distinct from (occurred_at, event_id)

)

select
    visitor_id,
    min(occurred_at) as started_at,
    max(occurred_at) as ended_at,
    count(*) as event_count,
    count(*) filter (where is_page) as page_count,
    count(*) filter (where action in ('list_view', 'search', 'product_view')) as list_or_product_count,
    count(*) filter (where action = 'cart_add') as cart_add_count,
    count(*) filter (where action in ('cart_view', 'checkout_start')) as cart_view_or_checkout_count
from numbered
group by visitor_id, session_number;

-- Each order that events report, at its first report, and each purchase event that names none.
create temp table purchases as
select landed.visitor_id, landed.order_id, min(landed.occurred_at) as occurred_at
from read_parquet(getvariable('events')) as landed
inner join read_csv(getvariable('seeds') || '/events/event_taxonomy.csv', header = true) as event_kinds
    on
        lower(trim(landed.event_name)) = event_kinds.event_name
        and event_kinds.source = 'shop'
        and event_kinds.action = 'purchase'
where coalesce(landed.has_consent, true)
group by landed.visitor_id, landed.order_id, case when landed.order_id is null then landed.event_id end;

-- The latest version of each order that no event reports. It belongs to the session during which its visitor placed it,
-- or that ended at most a timeout before.
create temp table silent_orders as
select visitor_id, ordered_at
from read_parquet(getvariable('orders'))
where order_id not in (select order_id from purchases where order_id is not null)
qualify row_number() over (
    partition by order_id
    order by
        coalesce(updated_at, ordered_at) desc, status desc, gross_amount desc,
        discount_amount desc, customer_id desc
) = 1;

create temp view sessions as

with

reported as (

    select counted.visitor_id, counted.started_at, count(*) as purchase_count
    from purchases
    inner join counted
        on
            purchases.visitor_id = counted.visitor_id
            and purchases.occurred_at between counted.started_at and counted.ended_at
    group by counted.visitor_id, counted.started_at

),

placed as (

    select counted.visitor_id, counted.started_at, count(*) as purchase_count
    from silent_orders
    inner join counted
        on
            silent_orders.visitor_id = counted.visitor_id
            and silent_orders.ordered_at between counted.started_at and counted.ended_at + interval 30 minute
    group by counted.visitor_id, counted.started_at

)

select
    counted.*,
    coalesce(reported.purchase_count, placed.purchase_count, 0) as purchase_count,
    case
        when coalesce(reported.purchase_count, placed.purchase_count) > 0 then 'buyer'
        when cart_add_count > 0 and cart_view_or_checkout_count > 0 then 'leaver'
        when cart_add_count > 0 then 'funshopper'
        when page_count = 1 then 'bouncer'
        when list_or_product_count > 0 then 'browser'
        else 'other'
    end as funnel_class
from counted
left join reported
    on counted.visitor_id = reported.visitor_id and counted.started_at = reported.started_at
left join placed
    on counted.visitor_id = placed.visitor_id and counted.started_at = placed.started_at;
