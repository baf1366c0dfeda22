with

invoice_lines as (

    select * from {{ ref('base_online_retail__invoice_lines') }}

    where is_cancellation

),

-- A cancellation does not name the invoice that it takes back, so it is an order of its own without goods, with its
-- refund only.
refunds as (

    select
        ---------- ids
        invoice_no as refund_id,
        invoice_no as order_id,

        ---------- what
        cast(-sum(amount) as decimal(19, 4)) as amount,

        ---------- when
        min(invoice_date) as refunded_at,

        ---------- landing
        max(_load_id) as _load_id

    from invoice_lines

    group by invoice_no

)

select * from refunds
