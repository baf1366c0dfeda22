with

refused_events as (

    select * from {{ ref('int_refused_events') }}

),

totals as (

    select
        event_date,
        source_name,
        event_name,
        count(*) as event_count

    from refused_events

    group by event_date, source_name, event_name

)

select * from totals
