with

orders as (

    select * from {{ ref('base_woocommerce__orders') }}

),

elements as (

    {{ json_elements('orders', 'line_items', ['order_id', 'reported_at', '_load_id']) }}

),

parsed as (

    select
        ---------- ids
        order_id,
        element_number as line_number,
        -- of a product that was deleted, the line has 0
        coalesce(
            nullif({{ json_value('element', 'product_id') }}, '0'),
            {{ json_value('element', 'sku') }},
            {{ json_value('element', 'name') }},
            'unknown'
        ) as product_id,

        ---------- what
        {{ json_value('element', 'name') }} as product_name,
        coalesce({{ json_value('element', 'quantity', 'decimal(19, 4)') }}, 0) as quantity,
        -- without tax: before coupons, and after
        coalesce({{ json_value('element', 'subtotal', 'decimal(19, 4)') }}, 0) as subtotal,
        coalesce({{ json_value('element', 'total', 'decimal(19, 4)') }}, 0) as total,

        ---------- when
        reported_at,

        ---------- landing
        _load_id

    from elements

)

select
    order_id,
    line_number,
    product_id,
    product_name,
    -- what is sold by weight is one piece
    cast(case when quantity = floor(quantity) then quantity else 1 end as integer) as quantity,
    subtotal as gross_amount,
    greatest(subtotal - total, 0) as discount_amount,
    reported_at,
    _load_id
from parsed
