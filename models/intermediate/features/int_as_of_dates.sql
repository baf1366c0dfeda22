{{ config(pre_hook="{{ keep_before() }}") }}

with

as_of as (

    select * from {{ ref('int_as_of') }}

),

first_day as (

    select min(first_date) as first_date
    from (
        select cast({{ in_business_timezone('min(started_at)') }} as date) as first_date
        from {{ ref('int_session_totals') }}
        union all
        select cast({{ in_business_timezone('min(ordered_at)') }} as date) as first_date from {{ ref('int_orders') }}
    ) as first_dates

),

history_dates as (

    select * from {{ ref('int_history_dates') }}

),

retention as (

    select max(computed_from) as computed_from from {{ ref('int_retention') }}

),

dates as (

    select
        history_dates.as_of_date,
        false as is_latest

    from history_dates

    cross join first_day

    cross join retention

    where
        -- nothing had happened yet before the first event or order
        history_dates.as_of_date >= first_day.first_date
        -- some of the rows that a date needs have left; what was counted of it is kept
        and history_dates.as_of_date >= coalesce(retention.computed_from, history_dates.as_of_date)

    union all

    select
        as_of.as_of_date,
        true as is_latest

    from as_of

)

select * from dates
