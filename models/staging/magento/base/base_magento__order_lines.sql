with

orders as (

    select * from {{ ref('base_magento__orders') }}

),

elements as (

    {{ json_elements('orders', 'items', ['order_id', 'state', 'reported_at', '_load_id']) }}

),

parsed as (

    select
        ---------- ids
        order_id,
        element_number as line_number,
        coalesce(
            {{ json_value('element', 'product_id') }},
            {{ json_value('element', 'sku') }},
            {{ json_value('element', 'name') }},
            'unknown'
        ) as product_id,

        ---------- what
        {{ json_value('element', 'name') }} as product_name,
        coalesce({{ json_value('element', 'qty_ordered', 'decimal(19, 4)') }}, 0) as quantity_ordered,
        -- of an order that is cancelled as a whole the lines stay
        case
            when lower(state) = 'canceled' then 0
            else coalesce({{ json_value('element', 'qty_canceled', 'decimal(19, 4)') }}, 0)
        end as quantity_canceled,
        coalesce(
            {{ json_value('element', 'base_row_total', 'decimal(19, 4)') }},
            {{ json_value('element', 'row_total', 'decimal(19, 4)') }},
            0
        ) as row_total,
        -- where discounts are on prices with tax, the compensation is the tax in them
        coalesce({{ json_value('element', 'base_discount_amount', 'decimal(19, 4)') }}, 0)
        - coalesce({{ json_value('element', 'base_discount_tax_compensation_amount', 'decimal(19, 4)') }}, 0)
            as discount,

        ---------- when
        reported_at,

        ---------- landing
        _load_id

    from elements

    -- the parts of a configurable product and of a bundle are in the line of the whole
    where {{ json_value('element', 'parent_item_id') }} is null

),

with_share as (

    select
        *,
        quantity_ordered - quantity_canceled as quantity,
        coalesce(1 - quantity_canceled / nullif(quantity_ordered, 0), 1) as share_not_canceled

    from parsed

)

select
    order_id,
    line_number,
    product_id,
    product_name,
    -- what is sold by weight is one piece
    cast(case when quantity = floor(quantity) then quantity else 1 end as integer) as quantity,
    cast(row_total * share_not_canceled as decimal(19, 4)) as gross_amount,
    cast(discount * share_not_canceled as decimal(19, 4)) as discount_amount,
    reported_at,
    _load_id
from with_share
