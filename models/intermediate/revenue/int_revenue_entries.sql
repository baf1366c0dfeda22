{{ config(pre_hook="{{ keep_before() }}") }}

with

versions as (

    select * from {{ ref('int_order_versions') }}

    where counts_as_revenue

),

costs as (

    select * from {{ ref('int_order_costs') }}

),

refunds as (

    select * from {{ ref('int_refunds') }}

),

profiles as (

    select * from {{ ref('int_order_profiles') }}

),

sales as (

    select
        versions.order_id,
        versions.valid_from,
        versions.valid_to,
        versions.gross_revenue - versions.discount as net_revenue,
        versions.gross_revenue - versions.discount - costs.goods_cost as margin,
        -- segments of value are wanted where costs are not known, too
        cast(
            versions.gross_revenue - versions.discount
            - coalesce(costs.goods_cost, versions.gross_revenue * {{ threshold('costs', 'goods_cost_share') }})
            as decimal(18, 2)
        ) as estimated_margin

    from versions

    left join costs
        on versions.order_id = costs.order_id

),

paid_back as (

    select
        refunds.order_id,
        greatest(refunds.refund_date, versions.valid_from) as valid_from,
        versions.valid_to,
        -refunds.refunded as net_revenue,
        -refunds.refunded as margin,
        -refunds.refunded as estimated_margin

    from refunds

    inner join versions
        on refunds.order_id = versions.order_id and refunds.refund_date < versions.valid_to

),

amounts as (

    select * from sales

    union all

    select * from paid_back

),

-- money comes in when the order becomes what it is, and goes out again when it becomes something else
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
    where valid_to < cast('9999-12-31' as date)

)

select
    entries.*,
    profiles.profile_id,
    profiles.customer_id

from entries

inner join profiles
    on entries.order_id = profiles.order_id
