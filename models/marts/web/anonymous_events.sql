with

refused_events as (

    select * from {{ ref('int_refused_events') }}

),

kept_events as (

    select * from {{ ref('int_kept_anonymous_events') }}

),

retention as (

    select kept_from_date from {{ ref('int_retention') }}

    where table_name = 'events'

),

totals as (

    select
        event_date,
        source_name,
        event_name,
        count(*) as event_count

    from refused_events

    -- of the day before, only visits that went on are left
    where event_date >= coalesce((select retention.kept_from_date from retention), event_date)

    group by event_date, source_name, event_name

),

-- what was counted of days before their rows left
kept as (

    select
        event_date,
        source_name,
        event_name,
        event_count

    from kept_events

    where event_date < (select retention.kept_from_date from retention)

)

select * from totals

union all

select * from kept
