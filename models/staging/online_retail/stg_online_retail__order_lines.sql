with

invoice_lines as (

    select * from {{ ref('base_online_retail__invoice_lines') }}

    where not is_cancellation

),

order_lines as (

    select
        ---------- ids
        invoice_no as order_id,
        row_number() over (
            partition by invoice_no
            order by invoice_date, stock_code, description, quantity, unit_price, customer_id, country, nth_in_file
        ) as line_number,
        stock_code as product_id,

        ---------- what
        quantity,
        unit_price,
        cast(0 as decimal(19, 4)) as discount_amount,

        ---------- landing
        _load_id

    from invoice_lines

)

select * from order_lines
