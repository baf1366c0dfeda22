with

-- as they were placed: what became of an order later does not undo the peak
days as (

    select
        order_date,
        count(*) as order_count

    from {{ ref('int_order_versions') }}

    where counts_as_order and valid_from = order_date

    group by order_date

),

thresholds as (

    select
        max(case when threshold = 'days_before' then value end) as days_before,
        max(case when threshold = 'min_days_with_orders' then value end) as min_days_with_orders,
        max(case when threshold = 'min_ratio' then value end) as min_ratio,
        max(case when threshold = 'min_order_count' then value end) as min_order_count

    from {{ ref('peak_thresholds') }}

),

-- only days before tell what is usual, so that a day is a peak from that day on, whatever follows
compared as (

    select
        days.order_date,
        days.order_count,
        median(days_before.order_count) as usual_order_count,
        count(*) as day_count

    from days

    cross join thresholds

    inner join days as days_before
        on
            days.order_date > days_before.order_date
            and days_before.order_date
            >= cast({{ dbt.dateadd('day', '-cast(thresholds.days_before as integer)', 'days.order_date') }} as date)

    group by days.order_date, days.order_count

)

select
    compared.order_date as peak_date,
    compared.order_count,
    compared.usual_order_count

from compared

cross join thresholds

where
    compared.day_count >= thresholds.min_days_with_orders
    and compared.order_count >= thresholds.min_order_count
    and compared.order_count >= thresholds.min_ratio * compared.usual_order_count
