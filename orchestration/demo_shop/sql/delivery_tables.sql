-- Events that arrive in a later file than the one of the day on which they occurred.
create table undelivered as

select
    events_now.*,
    cast(null as timestamp) as arrives_at,
    false as is_copy,
    false as is_late

from events_now
limit 0;

-- The events of the few visits that are exported as CSV or NDJSON.
create table delivered_elsewhere as

select
    *,
    cast(null as varchar) as file_kind

from undelivered;

create temp table arriving as from delivered_elsewhere;

-- The rows of the current file.
create temp view file_now as

select * exclude (file_kind) from arriving
where file_kind is null
    and arrives_at < getvariable('window_until')

union all by name

select * from undelivered
where arrives_at >= getvariable('window_from')
    and arrives_at < getvariable('window_until');

-- One row per planted session, aggregated from its events.
create table planted_sessions as

select
    visit_id,
    visitor_id,
    occurred_at as started_at,
    occurred_at as ended_at,
    0::bigint as event_count,
    0::bigint as page_count,
    0::bigint as product_count,
    customer_id as customer_seen_in_events

from undelivered;

-- One row per delivered file of events, with its counts.
create table deliveries as

select
    cast(null as varchar) as file,
    cast(null as bigint) as row_count,
    cast(null as bigint) as event_count,
    cast(null as bigint) as copies,
    cast(null as bigint) as late
limit 0;
