{{ config(materialized='view') }}

with

events as (

    select * from {{ ref('int_window_events') }}

),

stream as (

    {{ visitor_stream('events') }}

),

neighbours as (

    select
        *,
        row_number() {{ over_visitor_stream() }} as nth_in_stream,
        lag(visitor_id) {{ over_visitor_stream() }} as previous_visitor_id,
        lag(event_id) {{ over_visitor_stream() }} as previous_event_id,
        lag(occurred_at) {{ over_visitor_stream() }} as neighbour_before_at,
        lead(visitor_id) {{ over_visitor_stream() }} as next_visitor_id,
        lead(occurred_at) {{ over_visitor_stream() }} as neighbour_after_at

    from stream

),

-- a neighbour may be another visitor's
own_neighbours as (

    select
        *,
        case when previous_visitor_id = visitor_id then neighbour_before_at end as previous_at,
        case when next_visitor_id = visitor_id then neighbour_after_at end as next_at

    from neighbours

),

marked as (

    select
        *,
        coalesce(occurred_at = previous_at and event_id = previous_event_id, false) as is_copy,
        {{ starts_new_session('occurred_at', 'previous_at') }} as is_session_start,
        -- whole microseconds, since a sum of fractions depends on its order
        case
            when not {{ starts_new_session('next_at', 'occurred_at') }}
                then {{ epoch_microseconds('next_at') }} - {{ epoch_microseconds('occurred_at') }}
            else 0
        end as dwell_microseconds

    from own_neighbours

),

sessionized as (

    select
        *,
        -- the purchases so far cut a session into stretches, each with a cart of its own
        -- SQLFluff takes `over (rows …)` for a window that is called rows
        -- noqa: disable=PRS,LT02
        count(case when action = 'purchase' and not is_copy then 1 end)
        {{ over_visitor_stream(so_far=true) }} as purchases_so_far,
        max_by(occurred_at, case when is_session_start then nth_in_stream end)
        {{ over_visitor_stream(so_far=true) }} as session_started_at

    from marked
    -- noqa: enable=PRS,LT02

)

select * from sessionized
