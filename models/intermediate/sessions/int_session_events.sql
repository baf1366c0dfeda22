{{ config(materialized='view') }}

with

events as (

    select * from {{ ref('int_events') }}

),

neighbours as (

    select
        *,
        lag(event_id) over visitor_stream as previous_event_id,
        lag(occurred_at) over visitor_stream as previous_at,
        lead(occurred_at) over visitor_stream as next_at

    from events

    -- copies of an event stand side by side, the one that landed last before the others
    window visitor_stream as (partition by visitor_id order by occurred_at, event_id, _load_id desc)

),

marked as (

    select
        *,
        coalesce(occurred_at = previous_at and event_id = previous_event_id, false) as is_copy,
        {{ starts_new_session('occurred_at', 'previous_at') }} as is_session_start,
        case
            when not {{ starts_new_session('next_at', 'occurred_at') }}
                then {{ seconds_between('occurred_at', 'next_at') }}
            else 0
        end as dwell_seconds

    from neighbours

),

sessionized as (

    select
        *,
        max(case when is_session_start then occurred_at end) over stream_so_far as session_started_at,
        row_number() over stream_so_far as nth_of_visitor,
        -- the purchases so far cut a session into stretches, each with a cart of its own
        count(case when action = 'purchase' and not is_copy then 1 end) over stream_so_far as purchases_so_far

    from marked

    window
        stream_so_far as (
            partition by visitor_id
            order by occurred_at, event_id, _load_id desc
            rows between unbounded preceding and current row
        )

)

select * from sessionized
