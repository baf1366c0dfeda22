{{ config(materialized='view') }}

with

orders as (

    select * from {{ ref('int_order_facts') }}

),

profile_dates as (

    select * from {{ ref('int_profile_dates_this_run') }}

    where {{ is_in_batch() }}

),

placed as (

    select
        orders.*,
        profile_dates.profile_date_number,
        {{ dbt.datediff('orders.order_date', 'profile_dates.as_of_date', 'day') }} as days_ago

    from orders

    inner join profile_dates
        on
            orders.profile_id = profile_dates.profile_id
            and orders.valid_from <= profile_dates.as_of_date
            and orders.valid_to > profile_dates.as_of_date

),

with_previous as (

    select
        *,
        lag(days_ago) over (partition by profile_date_number order by ordered_at, order_id) - days_ago
            as days_since_previous

    from placed

),

counted as (

    select
        profile_date_number,

        ---------- so far
        count(*) as order_count,
        max(days_ago) as days_since_first_order,
        min(days_ago) as days_since_last_order,

        ---------- in 180 days
        max(case when days_ago < 180 then days_since_previous end) as longest_pause_180d,

        ---------- in 365 days
        count(case when days_ago < 365 then 1 end) as order_count_365d,
        avg(case when days_ago < 365 then unit_count end) as units_per_order_365d,
        count(case when days_ago < 365 and has_coupon then 1 end) as coupon_order_count_365d,
        count(case when days_ago < 365 and (is_marked_down or follows_offer) then 1 end) as deal_order_count_365d,
        count(
            case when days_ago < 365 and not (is_marked_down or follows_offer or has_coupon) then 1 end
        ) as full_price_order_count_365d,
        count(case when days_ago < 365 and has_waited_for_price then 1 end) as waiting_order_count_365d,
        {{ count_each('sales_channel', ['online', 'store', 'phone'], 'days_ago < 365') }},

        ---------- in 365 days, of those whose way to the purchase is known
        count(case when days_ago < 365 and minutes_to_purchase is not null then 1 end) as traced_order_count_365d,
        median(case when days_ago < 365 then minutes_to_purchase end) as minutes_to_purchase_365d,
        count(case when days_ago < 365 and has_read_reviews then 1 end) as reviewed_order_count_365d

    from with_previous

    group by profile_date_number

)

select
    profile_date_number,
    order_count,
    days_since_first_order,
    days_since_last_order,
    longest_pause_180d,
    order_count_365d,
    units_per_order_365d,
    coupon_order_count_365d,
    coupon_order_count_365d / cast(nullif(order_count_365d, 0) as double) as coupon_order_share_365d,
    deal_order_count_365d / cast(nullif(order_count_365d, 0) as double) as deal_order_share_365d,
    full_price_order_count_365d / cast(nullif(order_count_365d, 0) as double) as full_price_order_share_365d,
    waiting_order_count_365d,
    waiting_order_count_365d / cast(nullif(traced_order_count_365d, 0) as double) as waiting_order_share_365d,
    {{ most_frequent('sales_channel', ['online', 'store', 'phone']) }} as main_sales_channel_365d,
    {{ share_of_most_frequent('sales_channel', ['online', 'store', 'phone']) }} as main_sales_channel_share_365d,
    minutes_to_purchase_365d,
    reviewed_order_count_365d / cast(nullif(traced_order_count_365d, 0) as double) as reviewed_order_share_365d

from counted
