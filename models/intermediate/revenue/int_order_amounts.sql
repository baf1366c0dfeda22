with

versions as (

    select * from {{ ref('int_order_versions') }}

    where counts_as_revenue

),

refunds as (

    select * from {{ ref('int_refunds') }}

),

costs as (

    select
        order_id,
        -- an unknown cost is not a cost of zero
        case when count(*) = count(goods_cost) then cast(sum(goods_cost) as decimal(18, 2)) end as goods_cost

    from {{ ref('int_order_line_values') }}

    group by order_id

),

sales as (

    select
        versions.order_id,
        versions.valid_from,
        versions.valid_to,
        versions.gross_revenue - versions.discount as net_revenue,
        costs.goods_cost,
        -- value segments need a margin where costs are unknown, too
        coalesce(
            costs.goods_cost, versions.gross_revenue * {{ threshold('costs', 'goods_cost_share') }}
        ) as estimated_goods_cost

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
        0 as goods_cost,
        0 as estimated_goods_cost

    from refunds

    inner join versions
        on refunds.order_id = versions.order_id and refunds.refund_date < versions.valid_to

),

amounts as (

    select * from sales

    union all

    select * from paid_back

)

select
    ---------- ids
    order_id,

    ---------- money, in the reporting currency
    cast(net_revenue as decimal(18, 2)) as net_revenue,
    cast(net_revenue - goods_cost as decimal(18, 2)) as margin,
    cast(net_revenue - estimated_goods_cost as decimal(18, 2)) as estimated_margin,

    ---------- when
    valid_from,
    valid_to,
    valid_to = cast('9999-12-31' as date) as is_latest

from amounts
