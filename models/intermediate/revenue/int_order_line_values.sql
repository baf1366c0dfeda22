{{ config(pre_hook="{{ keep_before() }}") }}

with

order_lines as (

    select * from {{ ref('int_order_lines') }}

),

orders as (

    select * from {{ ref('int_orders') }}

),

products as (

    select * from {{ ref('int_products') }}

),

valued as (

    select
        ---------- ids
        order_lines.order_id,
        order_lines.line_number,
        order_lines.product_id,

        ---------- what
        products.category,
        products.brand,
        order_lines.quantity,
        order_lines.discount_amount > 0
        and order_lines.discount_amount
        >= {{ threshold('order_lines', 'marked_down_min_share') }} * order_lines.quantity * order_lines.unit_price
            as is_marked_down,
        orders.order_currency,
        -- of one piece, after the discount on its line
        cast(
            order_lines.unit_price - order_lines.discount_amount / nullif(order_lines.quantity, 0) as decimal(28, 4)
        ) as paid_unit_price,

        ---------- money, in the reporting currency, before the discount on the order as a whole
        cast(
            (order_lines.quantity * order_lines.unit_price - order_lines.discount_amount) * orders.rate
            as decimal(28, 2)
        ) as spend,
        order_lines.quantity * products.unit_cost as goods_cost

    from order_lines

    inner join orders
        on order_lines.order_id = orders.order_id

    left join products
        on order_lines.product_id = products.product_id

)

select * from valued
