{{ config(pre_hook="{{ keep_before() }}") }}

with

order_days as (

    select distinct order_date from {{ ref('int_order_versions') }}

),

windows as (

    select * from {{ ref('int_occasion_windows') }}

),

shop_peaks as (

    select * from {{ ref('int_shop_peaks') }}

),

own_occasions as (

    select * from {{ ref('occasions') }}

    where rule = 'shop_peak'

),

of_calendar as (

    select
        order_days.order_date,
        windows.occasion,
        windows.peak_date as occasion_date,
        windows.is_for_gifts,
        cast(null as date) as anniversary_of

    from order_days

    inner join windows
        on order_days.order_date between windows.window_start and windows.window_end

),

of_shop as (

    select
        shop_peaks.peak_date as order_date,
        own_occasions.occasion,
        shop_peaks.peak_date as occasion_date,
        own_occasions.is_for_gifts,
        -- expected again a year later
        shop_peaks.peak_date as anniversary_of

    from shop_peaks

    cross join own_occasions

    -- a peak that the calendar explains is not the shop's own
    where shop_peaks.peak_date not in (select order_date from of_calendar)

)

select * from of_calendar

union all

select * from of_shop
