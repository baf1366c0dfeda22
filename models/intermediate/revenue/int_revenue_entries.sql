{{ config(pre_hook="{{ keep_before() }}") }}

with

amounts as (

    select * from {{ ref('int_order_amounts') }}

),

profiles as (

    select * from {{ ref('int_order_profiles') }}

),

-- an amount is booked when it becomes valid, and reversed when it is no longer
entries as (

    select
        order_id,
        valid_from as entry_date,
        net_revenue,
        margin,
        estimated_margin
    from amounts

    union all

    select
        order_id,
        valid_to as entry_date,
        -net_revenue as net_revenue,
        -margin as margin,
        -estimated_margin as estimated_margin
    from amounts
    where not is_latest

)

select
    entries.*,
    profiles.profile_id,
    profiles.customer_id

from entries

inner join profiles
    on entries.order_id = profiles.order_id
