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

order_refunds as (

    select
        order_id,
        count(*) as refund_count,
        sum(refunded) as refunded

    from refunds

    where not is_orphan

    group by order_id

),

sessions as (

    select * from {{ ref('int_session_classes') }}

),

profiles as (

    select * from {{ ref('int_profiles') }}

),

balance as (

    select * from {{ ref('row_balance') }}

),

values_left_out as (

    select * from {{ ref('int_values_left_out') }}

),

key_counts as (

    select
        'orders' as table_name,
        'customer_id' as key_column,
        customer_id as key_value,
        count(*) as row_count
    from orders
    where customer_id is not null
    group by customer_id

    union all

    select
        'events' as table_name,
        'visitor_id' as key_column,
        visitor_id as key_value,
        sum(event_count) as row_count
    from {{ ref('int_session_totals') }}
    group by visitor_id

),

-- late events are counted in the run in which they land; a rebuild has none
windows as (

    select * from {{ ref('int_session_windows_this_run') }}

),

sessions_after as (

    select
        windows.visitor_id,
        windows.window_start,
        count(*) as session_count_after

    from windows

    inner join {{ ref('int_session_totals') }} as totals
        on
            windows.visitor_id = totals.visitor_id
            and totals.started_at between windows.window_start and windows.window_end

    where windows.late_hour_count > 0

    group by windows.visitor_id, windows.window_start

),

late_windows as (

    select
        windows.session_count_before,
        coalesce(sessions_after.session_count_after, 0) as session_count_after

    from windows

    left join sessions_after
        on windows.visitor_id = sessions_after.visitor_id and windows.window_start = sessions_after.window_start

    where windows.late_hour_count > 0

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

    -- that a changed or retracted file no longer brings
    select
        'rows_removed' as check_name,
        table_name,
        '' as detail,
        cast(rows_removed as double) as figure
    from files

    union all

    -- of erased persons, whether they landed before or not at all
    select
        'rows_erased' as check_name,
        table_name,
        '' as detail,
        cast(rows_erased as double) as figure
    from files

    union all

    -- than the var `retention_days` allows
    select
        'rows_too_old' as check_name,
        table_name,
        '' as detail,
        cast(rows_too_old as double) as figure
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
        cast(coalesce(sum(session_count_after - session_count_before), 0) as double) as figure
    from late_windows
    where session_count_after > session_count_before

    union all

    select
        'sessions_changed_by_late_events' as check_name,
        'sessions' as table_name,
        '' as detail,
        cast(count(*) as double) as figure
    from late_windows
    where session_count_after = session_count_before

    union all

    select
        'sessions_merged_by_late_events' as check_name,
        'sessions' as table_name,
        '' as detail,
        cast(coalesce(sum(session_count_before - session_count_after), 0) as double) as figure
    from late_windows
    where session_count_after < session_count_before

    union all

    select
        'rows' as check_name,
        object_name as table_name,
        figure as detail,
        cast(row_count as double) as figure
    from balance

    union all

    select
        'rows_unaccounted' as check_name,
        object_name as table_name,
        '' as detail,
        cast(abs(sum(case when figure = 'landed' then row_count else -row_count end)) as double) as figure
    from balance
    group by object_name

    union all

    select
        'values_left_out' as check_name,
        table_name,
        column_name as detail,
        cast(value_count as double) as figure
    from values_left_out

    union all

    select
        'refunded_beyond_payment' as check_name,
        'refunds' as table_name,
        '' as detail,
        cast(count(*) as double) as figure
    from orders
    inner join order_refunds
        on orders.order_id = order_refunds.order_id
    where
        -- each refund is rounded to a cent
        order_refunds.refunded - 0.01 * order_refunds.refund_count
        > orders.gross_revenue - orders.discount + coalesce(orders.shipping_and_tax, 0)

    union all

    select
        'email_addresses_as_keys' as check_name,
        'profiles' as table_name,
        case when is_customer then 'customer_id' else 'visitor_id' end as detail,
        cast(count(*) as double) as figure
    from profiles
    where profile_id like '%_@_%.__%'
    group by case when is_customer then 'customer_id' else 'visitor_id' end

    union all

    -- a word for nothing that the contract does not know, or a shop's own account
    select
        'largest_key_share' as check_name,
        table_name,
        key_column as detail,
        max(row_count) / cast(sum(row_count) as double) as figure
    from key_counts
    group by table_name, key_column
    having sum(row_count) >= {{ threshold('keys', 'min_rows_for_share') }}

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
        (select as_of.as_of from as_of) as as_of,
        -- the same as the first two, by names that need no quotes
        figures.check_name,
        figures.table_name

    from figures

    left join thresholds
        on figures.check_name = thresholds.check_name

)

select * from judged
