with

order_lines as (
    {{ union_canonical('order_lines', var('order_sources'), [
        'order_id', 'line_number', 'product_id', 'quantity', 'unit_price', 'discount_amount', '_load_id'
    ]) }}
),

numbered as (

    select
        *,
        row_number() over (
            partition by order_id, line_number
            order by _load_id desc, product_id desc, quantity desc, unit_price desc, discount_amount desc
        ) as nth_latest

    from order_lines

),

latest as (

    select
        order_id,
        line_number,
        product_id,
        quantity,
        unit_price,
        discount_amount

    from numbered

    where nth_latest = 1

)

select * from latest
