{{ config(materialized='view') }}

with

orders as (

    select * from {{ ref('int_order_facts') }}

),

store_contacts as (

    select * from {{ ref('int_service_contacts') }}

    where channel = 'store'

),

profile_dates as (

    select * from {{ ref('int_profile_dates_this_run') }}

    where {{ is_in_batch() }}

),

contacted as (

    select distinct
        orders.order_id,
        orders.valid_from

    from orders

    inner join store_contacts
        on
            orders.profile_id = store_contacts.profile_id
            and orders.ordered_at > store_contacts.opened_at

    where
        orders.sales_channel = 'online'
        and {{ seconds_between('store_contacts.opened_at', 'orders.ordered_at') }}
        <= {{ threshold('orientation', 'store_contact_days') }} * 24 * 60 * 60

),

placed as (

    select
        profile_dates.profile_date_number,
        -- an order whose products were viewed online before has a time from the first view to the order
        orders.sales_channel = 'store' and orders.minutes_to_purchase is not null as is_online_then_store,
        contacted.order_id is not null as is_store_then_online

    from orders

    inner join profile_dates
        on
            orders.profile_id = profile_dates.profile_id
            and orders.valid_from <= profile_dates.as_of_date
            and orders.valid_to > profile_dates.as_of_date
            and orders.order_date > {{ dbt.dateadd('day', -365, 'profile_dates.as_of_date') }}

    left join contacted
        on orders.order_id = contacted.order_id and orders.valid_from = contacted.valid_from

)

select
    profile_date_number,
    count(case when is_online_then_store then 1 end) as online_then_store_order_count_365d,
    count(case when is_store_then_online then 1 end) as store_then_online_order_count_365d

from placed

group by profile_date_number
