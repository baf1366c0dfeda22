-- Sessions and their funnel class: one sort, streaming windows over it, one aggregation.

-- All flags of an event that the classes need, in one byte.
create temp table event_kinds as
select
    event_name,
    cast(
        case when is_page then 1 else 0 end
        + case when action in ('list_view', 'search', 'product_view') then 2 else 0 end
        + case when action = 'cart_add' then 4 else 0 end
        + case when action in ('cart_view', 'checkout_start') then 8 else 0 end
        + case when action = 'purchase' then 16 else 0 end
        as utinyint
    ) as kind
from read_csv(getvariable('seeds') || '/events/event_taxonomy.csv', header = true)
where source = 'shop';

create table sessions as

with

stream as (

    select
        events.visitor_id,
        events.occurred_at,
        events.event_id,
        coalesce(event_kinds.kind, 0::utinyint) as kind
    from events
    left join event_kinds on lower(trim(events.event_name)) = event_kinds.event_name
    where coalesce(events.has_consent, true)
    -- integers sort faster than strings; the string separates visitors with equal hashes
    order by hash(events.visitor_id), events.visitor_id, events.occurred_at, events.event_id

),

neighbours as (

    select
        *,
        lag(visitor_id) over () as previous_visitor_id,
        lag(occurred_at) over () as previous_at,
        lag(event_id) over () as previous_event_id
    from stream

),

marked as (

    select
        visitor_id,
        occurred_at,
        kind,
        previous_visitor_id is distinct from visitor_id
        or occurred_at > previous_at + interval 30 minute as is_start
    from neighbours
    -- a duplicate has the time of its original, so removing it changes no gap
    where not coalesce(
        previous_visitor_id = visitor_id and previous_at = occurred_at and previous_event_id = event_id, false
    )

),

numbered as (

    select
        *,
        sum(cast(is_start as integer)) over (rows unbounded preceding) as session_number
    from marked

),

counted as (

    select
        any_value(visitor_id) as visitor_id,
        min(occurred_at) as started_at,
        max(occurred_at) as ended_at,
        count(*) as event_count,
        count(*) filter (where kind & 1 > 0) as page_count,
        count(*) filter (where kind & 2 > 0) as list_or_product_count,
        count(*) filter (where kind & 4 > 0) as cart_add_count,
        count(*) filter (where kind & 8 > 0) as cart_view_or_checkout_count
    from numbered
    group by session_number

)

select
    visitor_id,
    started_at,
    ended_at,
    event_count,
    page_count,
    cart_add_count,
    0 as purchase_count,
    case
        when cart_add_count > 0 and cart_view_or_checkout_count > 0 then 'leaver'
        when cart_add_count > 0 then 'funshopper'
        when page_count = 1 then 'bouncer'
        when list_or_product_count > 0 then 'browser'
        else 'other'
    end as funnel_class
from counted;

-- Buyers are few, so their sessions are found afterwards: each order that events report, at its first report, and each
-- purchase event that names none.
create temp table purchases as
select
    events.visitor_id,
    events.order_id,
    min(events.occurred_at) as occurred_at
from events
inner join event_kinds on lower(trim(events.event_name)) = event_kinds.event_name
where event_kinds.kind & 16 > 0 and coalesce(events.has_consent, true)
group by events.visitor_id, events.order_id, case when events.order_id is null then events.event_id end;

update sessions
set purchase_count = bought.purchase_count, funnel_class = 'buyer'
from (
    select
        sessions.visitor_id,
        sessions.started_at,
        count(*) as purchase_count
    from purchases
    inner join sessions
        on
            purchases.visitor_id = sessions.visitor_id
            and purchases.occurred_at between sessions.started_at and sessions.ended_at
    group by sessions.visitor_id, sessions.started_at
) as bought
where sessions.visitor_id = bought.visitor_id and sessions.started_at = bought.started_at;

-- A session with an order but without a purchase event is a buyer as well. An order that no event reports belongs to the
-- session during which its visitor placed it, or that ended at most a timeout before (at most one).
update sessions
set purchase_count = placed.order_count, funnel_class = 'buyer'
from (
    select
        silent.visitor_id,
        silent.started_at,
        count(*) as order_count
    from (
        -- the latest version of each order, as in rfm.sql
        select order_id, visitor_id, ordered_at
        from orders
        qualify row_number() over (
            partition by order_id
            order by
                coalesce(updated_at, ordered_at) desc, status desc, gross_amount desc,
                discount_amount desc, customer_id desc
        ) = 1
    ) as orders
    inner join sessions as silent
        on
            orders.visitor_id = silent.visitor_id
            and orders.ordered_at between silent.started_at and silent.ended_at + interval 30 minute
    where
        silent.purchase_count = 0
        and orders.order_id not in (select order_id from purchases where order_id is not null)
    group by silent.visitor_id, silent.started_at
) as placed
where sessions.visitor_id = placed.visitor_id and sessions.started_at = placed.started_at;
