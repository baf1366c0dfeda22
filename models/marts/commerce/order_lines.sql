with

lines as (

    select * from {{ ref('int_order_line_values') }}

),

orders as (

    select * from {{ ref('orders') }}

),

statuses as (

    select
        order_id,
        counts_as_revenue

    from {{ ref('int_orders') }}

),

placed as (

    select
        lines.order_id,
        lines.line_number,
        lines.product_id,
        lines.category,
        lines.brand,
        lines.quantity,
        lines.is_marked_down,
        lines.spend,
        lines.goods_cost,
        orders.profile_id,
        orders.customer_id,
        orders.net_revenue as order_net_revenue,
        orders.ordered_at,
        statuses.counts_as_revenue,
        -- where no line was paid for, each has an equal part
        case
            when sum(greatest(lines.spend, 0)) over (partition by lines.order_id) > 0 then greatest(lines.spend, 0)
            else 1
        end as part

    from lines

    inner join orders
        on lines.order_id = orders.order_id

    inner join statuses
        on lines.order_id = statuses.order_id

),

added_up as (

    select
        *,
        sum(part) over (partition by order_id) as parts,
        sum(part) over (
            partition by order_id order by line_number rows between unbounded preceding and current row
        ) as parts_so_far,
        coalesce(sum(goods_cost) over (
            partition by order_id order by line_number rows between unbounded preceding and current row
        ), 0) as cost_so_far

    from placed

),

-- rounded as far as each line, so that the lines of an order are its revenue to the cent
rounded as (

    select
        *,
        -- a case with a double in it is a double, which has no room for the cents of a large order
        case
            when parts_so_far = parts then order_net_revenue
            else cast(
                round(cast(order_net_revenue as double) * cast(parts_so_far as double) / cast(parts as double), 2)
                as decimal(28, 2)
            )
        end as net_revenue_so_far,
        cast(cost_so_far as decimal(28, 2)) as rounded_cost_so_far

    from added_up

),

shared as (

    select
        *,
        net_revenue_so_far
        - coalesce(lag(net_revenue_so_far) over (partition by order_id order by line_number), 0) as net_revenue,
        rounded_cost_so_far
        - coalesce(lag(rounded_cost_so_far) over (partition by order_id order by line_number), 0) as rounded_cost

    from rounded

),

valued as (

    select
        ---------- ids
        order_id,
        line_number,
        product_id,
        profile_id,
        customer_id,

        ---------- what
        category,
        brand,
        quantity,
        is_marked_down,

        ---------- money
        cast(spend as decimal(28, 2)) as spend,
        cast(net_revenue as decimal(28, 2)) as net_revenue,
        cast(
            case
                when not counts_as_revenue then 0
                when goods_cost is not null then net_revenue - rounded_cost
            end as decimal(28, 2)
        ) as margin,

        ---------- when
        ordered_at

    from shared

)

select * from valued
