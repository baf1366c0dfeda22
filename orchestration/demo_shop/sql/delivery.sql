-- The period of one file: select the visits that begin in it.
create or replace temp table visits_now as

select *
from visits
where starts_at >= getvariable('window_from')
    and starts_at < getvariable('window_until');

-- Most of their events arrive at once, some arrive late, and some twice.
create or replace temp table arriving as

with

placed as (

    select
        *,
        case
            when occurred_at < getvariable('elsewhere_until') and chance(visit_id, 'file kind') < getvariable('elsewhere_share')
                then if(visit_id % 2 = 0, 'csv', 'ndjson')
        end as file_kind

    from events_now

),

-- a phone without a connection delays a whole visit, a bad connection delays one event
delayed as (

    select
        *,
        case
            when file_kind is not null then 0
            when chance(visit_id, 'offline') < 0.006 then cast(3600 + 21 * 86400 * pow(chance(visit_id, 'offline for'), 3) as bigint)
            when chance(event_id, 'late') < 0.004 then cast(3600 + 14 * 86400 * pow(chance(event_id, 'late for'), 3) as bigint)
            else 0
        end as delay_seconds,
        case
            when chance(event_id, 'copied') >= 0.005 then null
            when file_kind is not null or chance(event_id, 'copied soon') < 0.6 then 60
            else cast(3600 + 6 * 86400 * chance(event_id, 'copied after') as bigint)
        end as copied_after_seconds

    from placed

),

originals as (

    select
        * exclude (delay_seconds, copied_after_seconds),
        -- an event that would arrive after the end is delivered on time
        occurred_at + to_seconds(
            if(occurred_at + to_seconds(delay_seconds) + interval 2 seconds < getvariable('data_until'), delay_seconds, 0)
        ) + interval 2 seconds as arrives_at,
        false as is_copy,
        arrives_at > occurred_at + interval 1 hour as is_late,
        copied_after_seconds

    from delayed

)

select * exclude (copied_after_seconds) from originals

union all

select * exclude (copied_after_seconds) replace (
    arrives_at + to_seconds(copied_after_seconds) as arrives_at, true as is_copy, false as is_late
)
from originals
where arrives_at + to_seconds(copied_after_seconds) < getvariable('data_until');

insert into planted_sessions by name

select
    visit_id,
    any_value(visitor_id) as visitor_id,
    min(occurred_at) as started_at,
    max(occurred_at) as ended_at,
    count(*) as event_count,
    count(*) filter (
        event_name in ('page_view', 'list_view', 'product_view', 'cart_view', 'checkout_start', 'search')
    ) as page_count,
    count(distinct product_id) as product_count,
    max(customer_id) as customer_seen_in_events

from arriving
where not is_copy
group by visit_id;

insert into delivered_elsewhere by name
select * from arriving where file_kind is not null;

insert into undelivered by name
select * exclude (file_kind) from arriving
where file_kind is null and arrives_at >= getvariable('window_until');
