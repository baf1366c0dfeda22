with

order_lines as (

    select * from {{ ref('canonical_order_lines') }}

),

latest as (

    {{ latest_version('order_lines', key=['order_id', 'line_number']) }}

)

select
    order_id,
    line_number,
    product_id,
    quantity,
    unit_price,
    discount_amount

from latest
