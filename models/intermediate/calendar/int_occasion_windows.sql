with

occasions as (

    select * from {{ ref('occasions') }}

    -- these are in no calendar: one depends on the customer, one on the shop's orders
    where rule not in ('birthday', 'shop_peak')

),

years as (

    select * from {{ ref('int_calendar_years') }}

),

movable_days as (

    select * from {{ ref('movable_days') }}

),

dated as (

    select
        occasions.*,
        years.calendar_year,
        {{ calendar_date('years.calendar_year', 'occasions.', 'movable_days.day_date') }} as peak_date

    from occasions

    cross join years

    left join movable_days
        on occasions.rule = movable_days.movable_day and years.calendar_year = movable_days.calendar_year

)

select
    occasion,
    is_for_gifts,
    calendar_year,
    peak_date,
    cast({{ dbt.dateadd('day', '-shop_days_before', 'peak_date') }} as date) as window_start,
    cast({{ dbt.dateadd('day', 'shop_days_after', 'peak_date') }} as date) as window_end

from dated
