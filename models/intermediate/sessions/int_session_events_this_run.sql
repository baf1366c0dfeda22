-- The events are sorted once, here. Later models group by a number, which costs a fraction of another sort.
with

events as (

    select * from {{ ref('int_events_this_run') }}

),

stream as (

    {{ visitor_stream('events') }}

),

with_previous as (

    select
        *,
        lag(visitor_id) {{ over_visitor_stream() }} as neighbour_visitor_id,
        lag(event_id) {{ over_visitor_stream() }} as neighbour_event_id,
        lag(occurred_at) {{ over_visitor_stream() }} as neighbour_at

    from stream

),

-- The first of an event's copies is kept. All copies have the same time, so no gap changes.
without_copies as (

    select
        *,
        -- the neighbour may be an event of another visitor
        case when neighbour_visitor_id = visitor_id then neighbour_at end as previous_at

    from with_previous

    where
        not coalesce(
            neighbour_visitor_id = visitor_id and neighbour_at = occurred_at and neighbour_event_id = event_id, false
        )

),

with_next as (

    select
        *,
        row_number() {{ over_visitor_stream() }} as nth_in_stream,
        lead(visitor_id) {{ over_visitor_stream() }} as next_visitor_id,
        lead(occurred_at) {{ over_visitor_stream() }} as next_at

    from without_copies

),

marked as (

    select
        *,
        {{ starts_new_session('occurred_at', 'previous_at') }} as is_session_start,
        -- whole microseconds, since a sum of fractions depends on its order
        case
            when next_visitor_id = visitor_id and not {{ starts_new_session('next_at', 'occurred_at') }}
                then {{ epoch_microseconds('next_at') }} - {{ epoch_microseconds('occurred_at') }}
            else 0
        end as dwell_microseconds

    from with_next

),

numbered as (

    select
        *,
        -- SQLFluff parses `over (rows …)` as a window named rows
        -- noqa: disable=PRS,LT02
        {{ session_number('is_session_start') }} as session_number,
        -- splits a session into parts, each with its own cart
        count(case when action = 'purchase' then 1 end) {{ over_visitor_stream(so_far=true) }} as purchases_so_far

    from marked
    -- noqa: enable=PRS,LT02

)

select
    ---------- which session
    session_number,
    is_session_start,
    -- texts are expensive to write, so those of a session are on its first event only
    case when is_session_start then visitor_id end as session_visitor_id,
    case when is_session_start then event_id end as first_event_id,

    ---------- when
    nth_in_stream,
    occurred_at,
    dwell_microseconds,

    ---------- what
    action,
    is_page,
    customer_id,
    product_id,

    ---------- units put in the cart, or taken out with a minus; a missing quantity is one
    case
        when action = 'cart_add' then coalesce(quantity, 1)
        when action = 'cart_remove' then -coalesce(quantity, 1)
    end as cart_change,

    ---------- what was bought
    purchases_so_far,
    case when action = 'purchase' then order_id end as order_id,
    case when action = 'purchase' then currency end as currency,
    cast(
        case when action = 'purchase' then coalesce(quantity, 1) * unit_price end as decimal(28, 4)
    ) as purchase_amount,

    ---------- landing
    _load_id

from numbered
