with

orders as (

    select * from {{ ref('base_shopify__orders') }}

),

elements as (

    {{ json_elements('orders', 'line_items', ['order_id', 'reported_at', 'taxes_included', '_load_id']) }}

),

parsed as (

    select
        ---------- ids
        order_id,
        element_number as line_number,
        {{ json_value('element', 'product_id') }} as product_id,
        {{ json_value('element', 'sku') }} as sku,

        ---------- what
        coalesce({{ json_value('element', 'title') }}, {{ json_value('element', 'name') }}) as product_name,
        {{ json_value('element', 'vendor') }} as vendor,
        coalesce({{ json_value('element', 'quantity', 'integer') }}, 0) as quantity,
        coalesce({{ json_value('element', 'price', 'decimal(19, 4)') }}, 0) as price,
        -- the part of each discount of the order that is on this line; versions of the API before 2018 lack it
        coalesce(
            {{ json_sum('element', 'discount_allocations', 'amount') }},
            {{ json_value('element', 'total_discount', 'decimal(19, 4)') }},
            0
        ) as discount,
        coalesce({{ json_sum('element', 'tax_lines', 'price') }}, 0) as tax,
        coalesce({{ json_sum('element', 'tax_lines', 'rate') }}, 0) as tax_rate,
        coalesce(taxes_included, false) as taxes_included,

        ---------- when
        reported_at,

        ---------- landing
        _load_id

    from elements

),

with_share as (

    select
        *,
        -- what is left of an amount of the line without its tax
        case
            when not taxes_included then 1
            when quantity * price - discount > 0 then 1 - tax / (quantity * price - discount)
            else 1 / (1 + tax_rate)
        end as share_without_tax

    from parsed

)

select
    order_id,
    line_number,
    coalesce(product_id, sku, product_name, 'unknown') as product_id,
    sku,
    product_name,
    vendor,
    quantity,
    price,
    discount,
    cast(price * share_without_tax as decimal(19, 4)) as unit_price,
    cast(quantity * price * share_without_tax as decimal(19, 4)) as gross_amount,
    cast(discount * share_without_tax as decimal(19, 4)) as discount_amount,
    reported_at,
    _load_id
from with_share
