{{ config(materialized='view') }}

with

entries as (

    select * from {{ ref('int_revenue_entries') }}

    where profile_id is not null

),

orders as (

    select * from {{ ref('int_order_profiles') }}

    where counts_as_order and profile_id is not null

),

profile_dates as (

    select * from {{ ref('int_profile_dates') }}

),

ordered as (

    select
        orders.profile_id,
        profile_dates.as_of_date,
        count(*) as order_count,
        max(orders.order_date) as last_order_date

    from orders

    inner join profile_dates
        on
            orders.profile_id = profile_dates.profile_id
            and orders.order_date <= profile_dates.as_of_date

    group by orders.profile_id, profile_dates.as_of_date

),

earned as (

    select
        entries.profile_id,
        profile_dates.as_of_date,
        cast(sum(entries.net_revenue) as decimal(18, 2)) as net_revenue,
        cast(sum(entries.margin) as decimal(18, 2)) as margin

    from entries

    inner join profile_dates
        on
            entries.profile_id = profile_dates.profile_id
            and entries.entry_date <= profile_dates.as_of_date

    group by entries.profile_id, profile_dates.as_of_date

)

select
    coalesce(ordered.profile_id, earned.profile_id) as profile_id,
    coalesce(ordered.as_of_date, earned.as_of_date) as as_of_date,
    coalesce(ordered.order_count, 0) as order_count,
    ordered.last_order_date,
    {{ dbt.datediff('ordered.last_order_date', 'ordered.as_of_date', 'day') }} as days_since_last_order,
    coalesce(earned.net_revenue, 0) as net_revenue,
    earned.margin

from ordered

full outer join earned
    on ordered.profile_id = earned.profile_id and ordered.as_of_date = earned.as_of_date
