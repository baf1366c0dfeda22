with

order_lines as (

    select * from {{ ref('int_order_lines') }}

),

products as (

    select * from {{ ref('int_products') }}

),

costs as (

    select
        order_lines.order_id,
        -- an unknown cost is not a cost of zero
        case
            when count(*) = count(products.unit_cost)
                then cast(sum(order_lines.quantity * products.unit_cost) as decimal(18, 2))
        end as goods_cost

    from order_lines

    left join products
        on order_lines.product_id = products.product_id

    group by order_lines.order_id

)

select * from costs
