with

invoice_lines as (

    select * from {{ ref('base_online_retail__invoice_lines') }}

    where is_cancellation

),

-- A cancellation does not say which invoice it takes back, so it stands as an order of its own that
-- holds no goods, only its refund.
refunds as (

    select
        ---------- ids
        invoice_no as refund_id,
        invoice_no as order_id,

        ---------- what
        cast(-sum(amount) as decimal(18, 4)) as amount,

        ---------- when
        min(invoice_date) as refunded_at,

        ---------- landing
        max(_load_id) as _load_id

    from invoice_lines

    group by invoice_no

)

select * from refunds
