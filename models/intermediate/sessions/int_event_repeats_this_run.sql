-- Events that were reported several times, or in a row for each product. They are few, so they are numbered apart from
-- the stream of all events.
with

repeated as (

    select {{ short_hash(['visitor_id', 'event_id']) }} as event_hash

    from {{ ref('int_event_items_this_run') }}

    group by {{ short_hash(['visitor_id', 'event_id']) }}

    having count(*) > 1

),

reports as (

    select
        visitor_id,
        event_id,
        reported_at,
        product_id,
        _load_id,
        count(case when is_landed_row then 1 end) as row_count

    from {{ ref('int_event_items_this_run') }}

    where {{ short_hash(['visitor_id', 'event_id']) }} in (select repeated.event_hash from repeated)

    group by visitor_id, event_id, reported_at, product_id, _load_id

),

with_previous as (

    select
        *,
        lag(reported_at) over (
            partition by visitor_id, event_id
            order by reported_at, product_id, _load_id
        ) as previous_reported_at

    from reports

),

-- reports whose gaps are at most a timeout are one event
numbered as (

    select
        *,
        sum(case when {{ is_after_timeout('reported_at', 'previous_reported_at') }} then 1 else 0 end) over (
            partition by visitor_id, event_id
            order by reported_at, product_id, _load_id
            rows between unbounded preceding and current row
        ) as nth_event

    from with_previous

),

compared as (

    select
        *,
        min(reported_at) over (partition by visitor_id, event_id, nth_event) as first_reported_at,
        max(reported_at) over (partition by visitor_id, event_id, nth_event) as last_reported_at,
        max(_load_id) over (partition by visitor_id, event_id, nth_event) as last_load_id,
        cast(sum(row_count) over (partition by visitor_id, event_id, nth_event) as bigint) as landed_row_count,
        row_number() over (
            partition by visitor_id, event_id, nth_event, product_id
            order by reported_at, _load_id desc
        ) as nth_report_of_product

    from numbered

)

select
    visitor_id,
    event_id,
    reported_at,
    product_id,
    _load_id,
    first_reported_at,
    last_reported_at,
    last_load_id,
    landed_row_count,
    -- of each product the first report counts, of reports of one instant the one that landed last
    nth_report_of_product > 1 as is_copy

from compared
