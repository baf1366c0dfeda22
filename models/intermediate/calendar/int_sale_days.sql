with

sale_periods as (

    select * from {{ ref('sale_periods') }}

),

years as (

    select * from {{ ref('int_calendar_years') }}

),

dated as (

    select
        sale_periods.sale_period,
        {{ calendar_date('years.calendar_year', 'years.easter_date', 'sale_periods.first_') }} as first_date,
        {{ calendar_date('years.calendar_year', 'years.easter_date', 'sale_periods.last_') }} as last_date

    from sale_periods

    cross join years

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
