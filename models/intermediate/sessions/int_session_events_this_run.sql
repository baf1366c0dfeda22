-- The events are sorted once, here. Later models group by a number, which costs a fraction of another sort.
{# SQLFluff takes all of a call block for its first line, and `over (rows …)` for a window named rows #}
{% call(stream) in_visitor_streams() %}  -- noqa: PRS

with

items as (

    select * from {{ ref('int_event_items_this_run') }}

    where {{ stream.visitors }}

),

repeats as (

    select * from {{ ref('int_event_repeats_this_run') }}

),

-- all reports of an event have the time of the first, so that they are adjacent in the stream
events as (

    select
        items.*,
        coalesce(repeats.landed_row_count, 1) as landed_row_count,
        coalesce(repeats.first_reported_at, items.reported_at) as occurred_at,
        repeats.last_reported_at,
        repeats.last_load_id

    from items

    left join repeats
        on
            items.visitor_id = repeats.visitor_id
            and items.event_id = repeats.event_id
            and items.reported_at = repeats.reported_at
            and items._load_id = repeats._load_id
            and items.product_id is not distinct from repeats.product_id

    where not coalesce(repeats.is_copy, false)

),

stream as (

    {{ visitor_stream('events') }}

),

with_neighbour as (

    select
        *,
        lag(visitor_id) {{ over_visitor_stream() }} as neighbour_visitor_id,
        lag(event_id) {{ over_visitor_stream() }} as neighbour_event_id,
        lag(occurred_at) {{ over_visitor_stream() }} as neighbour_at,
        lag(action) {{ over_visitor_stream() }} as neighbour_action,
        lag(product_id) {{ over_visitor_stream() }} as neighbour_product_id

    from stream

),

with_previous as (

    select
        *,
        -- the neighbour may be an event of another visitor
        case when neighbour_visitor_id = visitor_id then neighbour_at end as previous_at,
        not coalesce(
            neighbour_visitor_id = visitor_id and neighbour_at = occurred_at and neighbour_event_id = event_id, false
        ) as is_event

    from with_neighbour

),

-- The first row of an event is the event, the others are its other products. All rows of an event have the same time,
-- so leaving some out changes no gap.
without_copies as (

    select
        *,
        row_number() {{ over_visitor_stream() }} as nth_in_stream

    from with_previous

    where
        is_event
        or (action = neighbour_action and product_id is not null and product_id is distinct from neighbour_product_id)

),

with_mark as (

    {{ with_mark_so_far('without_copies') }}

),

with_previous_mark as (

    select
        *,
        case when previous_at is not null then lag(mark_so_far) {{ over_visitor_stream() }} end as previous_mark

    from with_mark

),

marked as (

    select
        *,
        is_event
        and {{ starts_new_session('occurred_at', 'previous_at', 'session_mark', 'previous_mark') }} as is_session_start

    from with_previous_mark

),

with_next as (

    select
        *,
        lead(visitor_id) {{ over_visitor_stream() }} as next_visitor_id,
        lead(occurred_at) {{ over_visitor_stream() }} as next_at,
        lead(is_event) {{ over_visitor_stream() }} as next_is_event,
        lead(is_session_start) {{ over_visitor_stream() }} as next_is_session_start

    from marked

),

numbered as (

    select
        *,
        -- Whole microseconds, since a sum of fractions depends on its order. The time on an event of several products
        -- is that of none.
        case
            when next_visitor_id = visitor_id and is_event and next_is_event and not next_is_session_start
                then {{ epoch_microseconds('next_at') }} - {{ epoch_microseconds('occurred_at') }}
            else 0
        end as dwell_microseconds,
        -- noqa: disable=LT02
        {{ session_number('is_session_start', stream) }} as session_number,
        -- splits a session into parts, each with its own cart
        count(case when action = 'purchase' and is_event then 1 end) {{ over_visitor_stream(so_far=true) }}
            as purchases_so_far

    from with_next
    -- noqa: enable=LT02

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
    last_reported_at,

    ---------- what
    is_event,
    action,
    is_page and is_event as is_page,
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
    case when action in ('purchase', 'product_view') then currency end as currency,
    cast(
        case when action = 'purchase' then coalesce(quantity, 1) * unit_price end as decimal(28, 4)
    ) as purchase_amount,
    case when action = 'purchase' and is_event then order_total end as order_total,

    ---------- at which price it was seen
    case when action = 'product_view' then unit_price end as viewed_price,

    ---------- landing
    case when is_event then landed_row_count end as landed_row_count,
    _load_id,
    last_load_id

from numbered

{% endcall %}
