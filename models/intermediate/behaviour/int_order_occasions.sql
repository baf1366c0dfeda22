{{ config(materialized='incremental', incremental_strategy='replace_profiles') }}

with

order_profiles as (

    select * from {{ ref('int_order_profiles') }}

    where profile_id is not null and {{ only_this_run('profile_id') }}

),

versions as (

    select * from {{ ref('int_order_versions') }}

    where counts_as_order

),

customers as (

    select * from {{ ref('int_customer_versions') }}

),

occasion_days as (

    select * from {{ ref('int_occasion_days') }}

),

birthdays as (

    select * from {{ ref('occasions') }}

    where rule = 'birthday'

),

-- the validity periods of order and customer intersected
orders as (

    select
        versions.order_id,
        order_profiles.profile_id,
        coalesce(versions.is_gift, false) as is_gift,
        -- a date estimated from an age is not a birthday
        case when not coalesce(customers.is_birth_date_estimated, false) then customers.birth_date end as birth_date,
        versions.order_date,
        greatest(versions.valid_from, coalesce(customers.valid_from, versions.valid_from)) as valid_from,
        least(versions.valid_to, coalesce(customers.valid_to, versions.valid_to)) as valid_to

    from versions

    inner join order_profiles
        on versions.order_id = order_profiles.order_id

    left join customers
        on
            order_profiles.profile_id = customers.profile_id
            and versions.valid_from < customers.valid_to
            and versions.valid_to > customers.valid_from

),

near_birthdays as (

    select
        orders.*,
        birthdays.occasion,
        birthdays.is_for_gifts,
        birthdays.shop_days_before,
        {{ next_anniversary(
            'orders.birth_date',
            'cast(' ~ dbt.dateadd('day', '-birthdays.shop_days_after', 'orders.order_date') ~ ' as date)'
        ) }} as birthday

    from orders

    cross join birthdays

    where orders.birth_date is not null

),

candidates as (

    select
        orders.order_id,
        orders.valid_from,
        orders.is_gift,
        orders.order_date,
        occasion_days.occasion,
        occasion_days.occasion_date,
        occasion_days.is_for_gifts,
        occasion_days.anniversary_of,
        occasion_days.anniversary_of is not null as is_own_peak

    from orders

    inner join occasion_days
        on orders.order_date = occasion_days.order_date

    union all

    select
        order_id,
        valid_from,
        is_gift,
        order_date,
        occasion,
        birthday as occasion_date,
        is_for_gifts,
        birth_date as anniversary_of,
        false as is_own_peak

    from near_birthdays

    where {{ dbt.datediff('order_date', 'birthday', 'day') }} <= shop_days_before

),

ranked as (

    select
        *,
        row_number() over (
            partition by order_id, valid_from
            order by
                -- a gift belongs to an occasion for gifts: near Sinterklaas and Black Friday, to Sinterklaas
                case when is_gift and is_for_gifts then 0 else 1 end,
                -- the shop's own peak counts only where nothing else does
                case when is_own_peak then 1 else 0 end,
                abs({{ dbt.datediff('order_date', 'occasion_date', 'day') }}),
                -- of two occasions at the same distance, the later one
                occasion_date desc,
                occasion
        ) as nth_nearest

    from candidates

)

select
    orders.order_id,
    orders.profile_id,
    orders.is_gift,
    ranked.occasion,
    ranked.occasion_date,
    ranked.anniversary_of,
    orders.order_date,
    orders.valid_from,
    orders.valid_to

from orders

left join ranked
    on
        orders.order_id = ranked.order_id
        and orders.valid_from = ranked.valid_from
        and ranked.nth_nearest = 1
