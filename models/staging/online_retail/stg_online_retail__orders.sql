with

invoice_lines as (

    select * from {{ ref('base_online_retail__invoice_lines') }}

),

invoices as (

    select
        invoice_no,
        max(customer_id) as customer_id,
        min(invoice_date) as invoiced_at,
        sum(case when is_cancellation then 0 else amount end) as goods_amount,
        max(is_cancellation) as is_cancellation,
        max(_load_id) as _load_id

    from invoice_lines

    group by invoice_no

),

orders as (

    select
        ---------- ids
        invoice_no as order_id,
        customer_id,

        ---------- what
        case
            when is_cancellation then 'cancellation'
            -- bad debt, stock that was written off, goods without a price: nothing was sold
            when left(invoice_no, 1) = 'A' or goods_amount <= 0 then 'adjustment'
            else 'completed'
        end as order_status,
        'online' as sales_channel,
        false as is_gift,
        -- the format names no currency: its amounts count as amounts in the reporting currency
        cast(goods_amount as decimal(19, 4)) as gross_amount,
        cast(0 as decimal(19, 4)) as discount_amount,

        ---------- when
        invoiced_at as ordered_at,
        invoiced_at as updated_at,

        ---------- landing
        _load_id

    from invoices

)

select * from orders
