with

-- orders as they were placed: a later change of an order does not undo a peak
days as (

    select
        order_date,
        count(*) as order_count

    from {{ ref('int_order_versions') }}

    where counts_as_order and valid_from = order_date

    group by order_date

),

-- only earlier days decide what is usual, so that later days do not change whether a day was a peak
compared as (

    select
        days.order_date,
        days.order_count,
        median(days_before.order_count) as usual_order_count,
        count(*) as day_count

    from days

    inner join days as days_before
        on
            days.order_date > days_before.order_date
            and {{ dbt.datediff('days_before.order_date', 'days.order_date', 'day') }}
            <= {{ threshold('shop_peaks', 'days_before') }}

    group by days.order_date, days.order_count

)

select
    order_date as peak_date,
    order_count,
    usual_order_count

from compared

where
    day_count >= {{ threshold('shop_peaks', 'min_days_with_orders') }}
    and order_count >= {{ threshold('shop_peaks', 'min_order_count') }}
    and order_count >= {{ threshold('shop_peaks', 'min_ratio') }} * usual_order_count
