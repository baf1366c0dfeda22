{{ config(pre_hook="{{ keep_before() }}") }}

{# without a length the history goes back to the first day; this many days are thirteen years #}
{% set length = 5000 if var('history_length') is none else var('history_length') %}

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

periods_back as (

    {{ dbt.generate_series(length + 1) }}

),

period_ends as (

    select
        cast({{ dbt.dateadd(
            'day', -1,
            dbt.date_trunc(
                var('history_grain'),
                dbt.dateadd(
                    var('history_grain'), '1 - cast(periods_back.generated_number as integer)', 'as_of.as_of_date'
                )
            )
        ) }} as date) as as_of_date

    from as_of

    cross join periods_back

    where periods_back.generated_number <= {{ length }}

),

dates as (

    select
        period_ends.as_of_date,
        false as is_latest

    from period_ends

    cross join first_day

    -- nothing had happened yet before the first event or order
    where period_ends.as_of_date >= first_day.first_date

    union all

    select
        as_of.as_of_date,
        true as is_latest

    from as_of

)

select * from dates
