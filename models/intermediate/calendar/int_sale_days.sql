with

sale_periods as (

    select * from {{ ref('sale_periods') }}

),

years as (

    select * from {{ ref('int_calendar_years') }}

),

movable_days as (

    select * from {{ ref('movable_days') }}

),

dated as (

    select
        sale_periods.sale_period,
        {{ calendar_date('years.calendar_year', 'sale_periods.first_', 'first_movable_days.day_date') }} as first_date,
        {{ calendar_date('years.calendar_year', 'sale_periods.last_', 'last_movable_days.day_date') }} as last_date

    from sale_periods

    cross join years

    left join movable_days as first_movable_days
        on
            sale_periods.first_rule = first_movable_days.movable_day
            and years.calendar_year = first_movable_days.calendar_year

    left join movable_days as last_movable_days
        on
            sale_periods.last_rule = last_movable_days.movable_day
            and years.calendar_year = last_movable_days.calendar_year

),

days_on as (

    {{ dbt.generate_series(366) }}

),

sale_days as (

    select
        dated.last_date,
        cast(
            {{ dbt.dateadd('day', 'cast(days_on.generated_number as integer) - 1', 'dated.first_date') }} as date
        ) as sale_date

    from dated

    cross join days_on

)

-- periods may overlap
select distinct sale_date

from sale_days

where sale_date <= last_date
