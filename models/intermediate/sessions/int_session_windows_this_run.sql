with

events as (

    select * from {{ ref('int_events') }}

),

removed_events as (  -- noqa: ST03, a rebuild reads all events

    select * from {{ ref('int_removed_events') }}

    union all

    -- an event leaves its session when it is withdrawn, too
    select
        visitor_id,
        occurred_at
    from {{ ref('int_event_withdrawals') }}
    where {{ only_new_loads('int_session_totals') }}

),

recategorized as (  -- noqa: ST03, a rebuild reads all events

    select distinct product_id from (
        {{ changed_rows('int_products', except={
            'product_name': 'no session depends on it',
            'category': 'its part that sessions depend on is the interest',
            'brand': 'no session depends on it',
            'list_price': 'no session depends on it',
            'unit_cost': 'no session depends on it',
            'stock_quantity': 'no session depends on it'
        }) }}
    ) as changed_products

),

{% if is_rebuilt('int_session_totals') %}

-- all events are read, so no window is needed
windows as (

    select
        visitor_id,
        occurred_at as window_start,
        occurred_at as window_end,
        0 as new_event_count,
        0 as late_hour_count,
        0 as late_day_count,
        0 as late_week_count,
        0 as session_count_before

    from events

    where 1 = 0

)

{% else %}

latest_before as (

    select max(last_reported_at) as latest_at from {{ existing_relation('int_session_totals') }}

),

new_events as (

    select
        visitor_id,
        occurred_at,
        {{ seconds_between('occurred_at', '(select latest_before.latest_at from latest_before)') }} as seconds_late

    from events

    where _load_id > {{ last_load_id('int_session_totals') }}

),

-- the attention to a product depends on the others of its subcategory, an interest on the category
sessions_of_recategorized as (  -- noqa: ST03, a rebuild reads all events

    select distinct
        visitor_id,
        session_started_at as started_at

    from {{ existing_relation('int_session_products') }}

    where product_id in (select product_id from recategorized)

),

existing_sessions as (

    select
        sessions.visitor_id,
        sessions.started_at,
        -- a copy of an event may be reported after the session's end
        sessions.last_reported_at as ended_at,
        sessions_of_recategorized.visitor_id is not null as is_outdated

    from {{ existing_relation('int_session_totals') }} as sessions

    left join sessions_of_recategorized
        on
            sessions.visitor_id = sessions_of_recategorized.visitor_id
            and sessions.started_at = sessions_of_recategorized.started_at

    where
        sessions.visitor_id in (
            select visitor_id from new_events
            union
            select visitor_id from removed_events
            union
            select visitor_id from sessions_of_recategorized
        )

),

pieces as (

    select
        visitor_id,
        occurred_at as started_at,
        occurred_at as ended_at,
        true as is_outdated,
        1 as new_event_count,
        case when seconds_late > 60 * 60 then 1 else 0 end as late_hour_count,
        case when seconds_late > 24 * 60 * 60 then 1 else 0 end as late_day_count,
        case when seconds_late > 7 * 24 * 60 * 60 then 1 else 0 end as late_week_count,
        0 as session_count_before
    from new_events

    union all

    -- the session that an event leaves is shorter, in two parts or gone
    select
        visitor_id,
        occurred_at as started_at,
        occurred_at as ended_at,
        true as is_outdated,
        0 as new_event_count,
        0 as late_hour_count,
        0 as late_day_count,
        0 as late_week_count,
        0 as session_count_before
    from removed_events

    union all

    select
        visitor_id,
        started_at,
        ended_at,
        is_outdated,
        0 as new_event_count,
        0 as late_hour_count,
        0 as late_day_count,
        0 as late_week_count,
        1 as session_count_before
    from existing_sessions

),

reached as (

    select
        *,
        max(ended_at) over (
            partition by visitor_id
            order by started_at, ended_at
            rows between unbounded preceding and 1 preceding
        ) as reached_at

    from pieces

),

-- Pieces within a timeout of each other are in one window: new events may lengthen a session or close the gap between
-- two.
numbered as (

    select
        *,
        sum(case when {{ starts_new_window('started_at', 'reached_at') }} then 1 else 0 end) over (
            partition by visitor_id
            -- pieces with the same times are in one window, in whichever order they come
            order by started_at, ended_at
        ) as nth_window

    from reached

),

windows as (

    select
        visitor_id,
        min(started_at) as window_start,
        max(ended_at) as window_end,
        sum(new_event_count) as new_event_count,
        sum(late_hour_count) as late_hour_count,
        sum(late_day_count) as late_day_count,
        sum(late_week_count) as late_week_count,
        sum(session_count_before) as session_count_before

    from numbered

    group by visitor_id, nth_window

    having max(case when is_outdated then 1 else 0 end) = 1

)

{% endif %}

select * from windows
