{{ config(materialized='view') }}

with

orders as (

    select * from {{ ref('int_order_facts') }}

),

order_lines as (

    select * from {{ ref('int_order_line_values') }}

),

profile_dates as (

    select * from {{ ref('int_profile_dates_this_run') }}

    where {{ is_in_batch() }}

),

bought as (

    select
        profile_dates.profile_date_number,
        orders.order_id,
        order_lines.category,
        order_lines.brand,
        order_lines.spend

    from order_lines

    inner join orders
        on order_lines.order_id = orders.order_id

    inner join profile_dates
        on
            orders.profile_id = profile_dates.profile_id
            and orders.valid_from <= profile_dates.as_of_date
            and orders.valid_to > profile_dates.as_of_date
            and orders.order_date > {{ dbt.dateadd('day', -365, 'profile_dates.as_of_date') }}

),

{% for kind in ['category', 'brand'] %}

{{ kind }}_spend as (

    select
        profile_date_number,
        {{ kind }},
        sum(spend) as spend,
        count(distinct order_id) as order_count

    from bought

    where {{ kind }} is not null

    group by profile_date_number, {{ kind }}

),

{{ kind }}_ranks as (

    select
        *,
        -- equal spend: the one in most orders, then the first by name
        row_number() over (
            partition by profile_date_number order by spend desc, order_count desc, {{ kind }}
        ) as nth_best,
        sum(spend) over (partition by profile_date_number) as total_spend

    from {{ kind }}_spend

),

{% endfor %}

favourite_categories as (

    select
        profile_date_number,
        category as favourite_category_365d,
        cast(spend as decimal(28, 2)) as favourite_category_spend_365d,
        case when total_spend > 0 then spend / cast(total_spend as double) end as favourite_category_share_365d

    from category_ranks

    where nth_best = 1

),

favourite_brands as (

    select
        profile_date_number,
        brand as favourite_brand_365d,
        case when total_spend > 0 then spend / cast(total_spend as double) end as favourite_brand_share_365d

    from brand_ranks

    where nth_best = 1

)

select
    coalesce(favourite_categories.profile_date_number, favourite_brands.profile_date_number) as profile_date_number,
    favourite_categories.favourite_category_365d,
    favourite_categories.favourite_category_spend_365d,
    favourite_categories.favourite_category_share_365d,
    favourite_brands.favourite_brand_365d,
    favourite_brands.favourite_brand_share_365d

from favourite_categories

full outer join favourite_brands
    on favourite_categories.profile_date_number = favourite_brands.profile_date_number
