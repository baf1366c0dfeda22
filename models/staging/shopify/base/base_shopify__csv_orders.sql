with

csv_lines as (

    select * from {{ ref('base_shopify__csv_lines') }}

),

orders as (

    select
        ---------- ids
        order_id,
        max(customer_id) as customer_id,

        ---------- what
        max(financial_status) as financial_status,
        max(source_name) as source_name,
        max(currency) as currency,
        max(discount_code) as discount_code,
        -- an export of some columns only may lack the subtotal
        coalesce(
            max(subtotal), sum(line_quantity * line_price) - coalesce(max(discount_amount), 0)
        ) as subtotal,
        coalesce(sum(line_quantity * line_price), 0) as goods,
        coalesce(max(shipping), 0) as shipping,
        coalesce(max(taxes), 0) as taxes,
        coalesce(max(duties), 0) as duties,
        max(total) as total,
        coalesce(max(refunded_amount), 0) as refunded_amount,

        ---------- when
        coalesce(max(created_at), max(paid_at)) as ordered_at,
        max(paid_at) as paid_at,
        max(cancelled_at) as cancelled_at,

        ---------- landing
        _load_id

    from csv_lines

    group by order_id, _load_id

),

-- The export does not say whether prices include tax. Where they don't, the total has room for it.
with_share as (

    select
        *,
        case
            when total - subtotal - shipping - duties < taxes / 2 and subtotal + shipping > taxes
                then 1 - taxes / (subtotal + shipping)
            else 1
        end as share_without_tax

    from orders

    where ordered_at is not null

)

select
    *,
    cast(greatest(goods, coalesce(subtotal, 0)) * share_without_tax as decimal(19, 4)) as gross_amount,
    cast(
        (greatest(goods, coalesce(subtotal, 0)) - coalesce(subtotal, goods)) * share_without_tax as decimal(19, 4)
    ) as discount_amount,
    cast(shipping * share_without_tax as decimal(19, 4)) as shipping_amount
from with_share
