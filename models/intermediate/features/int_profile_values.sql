{{ config(materialized='view') }}

with

entries as (

    select * from {{ ref('int_revenue_entries') }}

    where profile_id is not null

),

profile_dates as (

    select * from {{ ref('int_profile_dates_this_run') }}

    where {{ is_in_batch() }}

),

earned as (

    select
        profile_dates.profile_date_number,
        sum(entries.net_revenue) as net_revenue,
        sum(entries.margin) as margin,
        sum(
            case
                when entries.entry_date > {{ dbt.dateadd('day', -365, 'profile_dates.as_of_date') }}
                    then entries.net_revenue
            end
        ) as net_revenue_365d,
        sum(
            case
                when entries.entry_date > {{ dbt.dateadd('day', -365, 'profile_dates.as_of_date') }}
                    then entries.estimated_margin
            end
        ) as estimated_margin_365d

    from entries

    inner join profile_dates
        on
            entries.profile_id = profile_dates.profile_id
            and entries.entry_date <= profile_dates.as_of_date

    group by profile_dates.profile_date_number

)

select
    profile_date_number,
    cast(net_revenue as decimal(28, 2)) as net_revenue,
    cast(margin as decimal(28, 2)) as margin,
    cast(net_revenue_365d as decimal(28, 2)) as net_revenue_365d,
    cast(estimated_margin_365d as decimal(28, 2)) as estimated_margin_365d

from earned
