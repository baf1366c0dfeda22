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
        case when count(*) = count(goods_cost) then cast(sum(goods_cost) as decimal(28, 2)) end as goods_cost

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
            costs.goods_cost,
            -- two decimals of 18 digits would have a product of 18 digits: too few for a rupiah's amounts
            cast(versions.gross_revenue as decimal(38, 2)) * {{ threshold('costs', 'goods_cost_share') }}
        ) as estimated_goods_cost

    from versions

    left join costs
        on versions.order_id = costs.order_id

),

refunds_so_far as (

    select
        refunds.order_id,
        refunds.refunded,
        greatest(refunds.refund_date, versions.valid_from) as valid_from,
        versions.valid_to,
        versions.counts_as_order,
        greatest(versions.gross_revenue - versions.discount, 0) as goods,
        sum(refunds.refunded) over (
            partition by versions.order_id, versions.valid_from
            order by refunds.refund_date, refunds.refunded_at, refunds.refund_id
            rows between unbounded preceding and current row
        ) - coalesce(versions.shipping_and_tax, 0) as goods_refunded

    from refunds

    inner join versions
        on refunds.order_id = versions.order_id and refunds.refund_date < versions.valid_to

    where not coalesce(versions.is_paid_back, false)

),

-- shipping and tax are paid back first, and no more than was paid for the goods; a credit note has no goods of its own
paid_back as (

    select
        order_id,
        valid_from,
        valid_to,
        case
            when counts_as_order
                then
                    least(greatest(goods_refunded - refunded, 0), goods)
                    - least(greatest(goods_refunded, 0), goods)
            else -refunded
        end as net_revenue,
        0 as goods_cost,
        0 as estimated_goods_cost

    from refunds_so_far

    union all

    -- the status says that all was paid back, whatever the refunds say
    select
        order_id,
        valid_from,
        valid_to,
        discount - gross_revenue as net_revenue,
        0 as goods_cost,
        0 as estimated_goods_cost

    from versions

    where is_paid_back

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
    cast(net_revenue as decimal(28, 2)) as net_revenue,
    cast(net_revenue - goods_cost as decimal(28, 2)) as margin,
    cast(net_revenue - estimated_goods_cost as decimal(28, 2)) as estimated_margin,

    ---------- when
    valid_from,
    valid_to,
    valid_to = cast('9999-12-31' as date) as is_latest

from amounts
