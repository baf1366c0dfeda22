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

months_back as (

    {{ dbt.generate_series(var('history_length') + 1) }}

),

month_ends as (

    select
        cast({{ dbt.last_day(
            dbt.dateadd('month', '-1 * cast(months_back.generated_number as integer)', 'as_of.as_of_date'), 'month'
        ) }} as date) as as_of_date

    from as_of

    cross join months_back

    where months_back.generated_number <= {{ var('history_length') }}

),

dates as (

    select
        month_ends.as_of_date,
        false as is_latest

    from month_ends

    cross join first_day

    -- nothing had happened yet before the first event or order
    where month_ends.as_of_date >= first_day.first_date

    union all

    select
        as_of.as_of_date,
        true as is_latest

    from as_of

)

select * from dates
