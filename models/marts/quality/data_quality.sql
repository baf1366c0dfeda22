with

files as (

    select * from {{ ref('int_landed_tables') }}

),

unknown_columns as (

    select * from {{ ref('int_unknown_columns') }}

),

events as (

    select
        source_name,
        event_name,
        is_mapped,
        sum(event_count) as event_count

    from {{ ref('int_event_quality') }}

    group by source_name, event_name, is_mapped

),

orders as (

    select * from {{ ref('int_orders') }}

),

refunds as (

    select * from {{ ref('int_refunds') }}

),

sessions as (

    select * from {{ ref('int_session_classes') }}

),

-- late events are counted in the run in which they land; a rebuild has none
windows as (

    select * from {{ ref('int_session_windows_this_run') }}

),

as_of as (

    select * from {{ ref('int_as_of') }}

),

thresholds as (

    select
        threshold as check_name,
        value

    from {{ ref('thresholds') }}

    where topic = 'data_quality'

),

figures as (

    select
        'rows_landed' as check_name,
        table_name,
        '' as detail,
        cast(rows_landed as double) as figure
    from files

    union all

    select
        'rows_rejected' as check_name,
        table_name,
        '' as detail,
        cast(rows_rejected as double) as figure
    from files

    union all

    select
        'rejected_share' as check_name,
        table_name,
        '' as detail,
        rows_rejected / cast(nullif(rows_read, 0) as double) as figure
    from files

    union all

    select
        'files_failed' as check_name,
        table_name,
        '' as detail,
        cast(files_failed as double) as figure
    from files

    union all

    select
        'unknown_columns' as check_name,
        table_name,
        column_name as detail,
        cast(file_count as double) as figure
    from unknown_columns

    union all

    select
        'unmapped_event_share' as check_name,
        source_name || '.events' as table_name,
        '' as detail,
        sum(case when is_mapped then 0 else event_count end) / cast(sum(event_count) as double) as figure
    from events
    group by source_name

    union all

    select
        'unmapped_events' as check_name,
        source_name || '.events' as table_name,
        event_name as detail,
        cast(event_count as double) as figure
    from events
    where not is_mapped

    union all

    select
        'orders_without_rate' as check_name,
        source_name || '.orders' as table_name,
        '' as detail,
        cast(count(case when rate is null then 1 end) as double) as figure
    from orders
    group by source_name

    union all

    select
        'unknown_order_status_share' as check_name,
        source_name || '.orders' as table_name,
        '' as detail,
        count(case when not is_known_status then 1 end) / cast(count(*) as double) as figure
    from orders
    group by source_name

    union all

    select
        'unknown_order_statuses' as check_name,
        source_name || '.orders' as table_name,
        coalesce(order_status, '(missing)') as detail,
        cast(count(*) as double) as figure
    from orders
    where not is_known_status
    group by source_name, order_status

    union all

    select
        'orphan_refunds' as check_name,
        'refunds' as table_name,
        '' as detail,
        cast(count(case when is_orphan then 1 end) as double) as figure
    from refunds

    union all

    select
        'robot_session_share' as check_name,
        'sessions' as table_name,
        '' as detail,
        count(case when is_robot then 1 end) / cast(count(*) as double) as figure
    from sessions
    having count(*) > 0

    union all

    select
        'late_events_over_an_hour' as check_name,
        'events' as table_name,
        '' as detail,
        cast(coalesce(sum(late_hour_count), 0) as double) as figure
    from windows

    union all

    select
        'late_events_over_a_day' as check_name,
        'events' as table_name,
        '' as detail,
        cast(coalesce(sum(late_day_count), 0) as double) as figure
    from windows

    union all

    select
        'late_events_over_a_week' as check_name,
        'events' as table_name,
        '' as detail,
        cast(coalesce(sum(late_week_count), 0) as double) as figure
    from windows

    union all

    select
        'sessions_created_by_late_events' as check_name,
        'sessions' as table_name,
        '' as detail,
        cast(count(*) as double) as figure
    from windows
    where late_hour_count > 0 and session_count_before = 0

    union all

    select
        'sessions_changed_by_late_events' as check_name,
        'sessions' as table_name,
        '' as detail,
        cast(count(*) as double) as figure
    from windows
    where late_hour_count > 0 and session_count_before = 1

    union all

    select
        'sessions_merged_by_late_events' as check_name,
        'sessions' as table_name,
        '' as detail,
        cast(count(*) as double) as figure
    from windows
    where late_hour_count > 0 and session_count_before > 1

),

judged as (

    select
        figures.check_name as "check",
        figures.table_name as "table",
        figures.detail,
        coalesce(figures.figure, 0) as value,
        cast(thresholds.value as double) as threshold,
        -- a figure without a threshold only informs
        coalesce(coalesce(figures.figure, 0) <= thresholds.value, true) as passed,
        (select as_of.as_of from as_of) as as_of

    from figures

    left join thresholds
        on figures.check_name = thresholds.check_name

)

select * from judged
