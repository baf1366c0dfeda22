{{ config(materialized='view') }}

with

orders as (

    select * from {{ ref('int_order_occasions') }}

),

profile_dates as (

    select * from {{ ref('int_profile_dates_this_run') }}

    where {{ is_in_batch() }}

),

occasions as (

    select * from {{ ref('occasions') }}

),

next_windows as (

    select
        as_of_dates.as_of_date,
        windows.occasion,
        min(windows.peak_date) as peak_date

    from {{ ref('int_as_of_dates') }} as as_of_dates

    inner join {{ ref('int_occasion_windows') }} as windows
        on as_of_dates.as_of_date < windows.peak_date

    group by as_of_dates.as_of_date, windows.occasion

),

placed as (

    select
        profile_dates.profile_date_number,
        profile_dates.as_of_date,
        orders.is_gift,
        orders.occasion,
        orders.occasion_date,
        orders.anniversary_of,
        orders.order_date,
        extract(year from orders.order_date) as order_year,
        extract(quarter from orders.order_date) as order_quarter

    from orders

    inner join profile_dates
        on
            orders.profile_id = profile_dates.profile_id
            and orders.valid_from <= profile_dates.as_of_date
            and orders.valid_to > profile_dates.as_of_date
            and orders.order_date > {{ dbt.dateadd('day', -730, 'profile_dates.as_of_date') }}

),

by_quarter as (

    select
        profile_date_number,
        {%- for quarter in [1, 2, 3, 4] %}
        count(case when order_quarter = {{ quarter }} then 1 end) as quarter_{{ quarter }}_order_count,
        min(case when order_quarter = {{ quarter }} then order_year end) as quarter_{{ quarter }}_first_year,
        max(case when order_quarter = {{ quarter }} then order_year end) as quarter_{{ quarter }}_last_year,
        {%- endfor %}
        count(*) as order_count,
        count(case when is_gift then 1 end) as gift_order_count,
        max({{ dbt.datediff('order_date', 'as_of_date', 'day') }}) + 1 as day_count

    from placed

    group by profile_date_number

),

totals as (

    select
        profile_date_number,
        order_count,
        gift_order_count,
        least(day_count, 365) as day_count,
        -- what did not come back in another year is no season
        greatest(
            {%- for quarter in [1, 2, 3, 4] %}
            case
                when quarter_{{ quarter }}_last_year > quarter_{{ quarter }}_first_year
                    then quarter_{{ quarter }}_order_count
                else 0
            end
            {%- if not loop.last %},{% endif %}
            {%- endfor %}
        ) as season_order_count

    from by_quarter

),

by_occasion as (

    select
        profile_date_number,
        occasion,
        max(as_of_date) as as_of_date,
        count(*) as order_count,
        count(distinct extract(year from occasion_date)) as year_count,
        max(order_date) as last_order_date,
        max(anniversary_of) as anniversary_of

    from placed

    where occasion is not null

    group by profile_date_number, occasion

),

ranked as (

    select
        *,
        row_number() over (
            partition by profile_date_number
            order by
                -- what they came back for in another year goes before what they bought more for at one time
                case when year_count > 1 then 0 else 1 end,
                order_count desc,
                last_order_date desc,
                occasion
        ) as nth_best

    from by_occasion

),

best as (

    select
        ranked.profile_date_number,
        ranked.occasion,
        ranked.order_count,
        ranked.year_count,
        occasions.shop_days_before + occasions.shop_days_after + 1 as window_days,
        occasions.reach_out_days_before,
        case
            when ranked.anniversary_of is null then next_windows.peak_date
            else {{ next_anniversary(
                'ranked.anniversary_of', 'cast(' ~ dbt.dateadd('day', 1, 'ranked.as_of_date') ~ ' as date)'
            ) }}
        end as next_occasion_date

    from ranked

    inner join occasions
        on ranked.occasion = occasions.occasion

    left join next_windows
        on
            ranked.as_of_date = next_windows.as_of_date
            and ranked.occasion = next_windows.occasion

    where ranked.nth_best = 1

)

select
    totals.profile_date_number,
    totals.order_count as order_count_730d,
    best.occasion,
    coalesce(best.order_count, 0) as occasion_order_count_730d,
    coalesce(best.year_count, 0) as occasion_year_count_730d,
    coalesce(best.order_count, 0) / cast(totals.order_count as double) as occasion_order_share_730d,
    -- the share of the orders, divided by the share that chance would give: that of the window in a year, or in the
    -- days since the first order if these are fewer; or a first order in December would always be for Christmas
    coalesce(best.order_count * totals.day_count / cast(totals.order_count * best.window_days as double), 0)
        as occasion_lift_730d,
    totals.gift_order_count / cast(totals.order_count as double) as gift_order_share_730d,
    totals.season_order_count / cast(totals.order_count as double) as quarter_order_share_730d,
    best.next_occasion_date,
    cast({{ dbt.dateadd('day', '-best.reach_out_days_before', 'best.next_occasion_date') }} as date) as reach_out_date

from totals

left join best
    on totals.profile_date_number = best.profile_date_number
