with

invoice_lines as (

    select * from {{ ref('base_online_retail__invoice_lines') }}

    where not is_cancellation

),

-- the format has no product table: a product is as its latest line describes it
numbered as (

    select
        *,
        row_number() over (
            partition by stock_code
            order by invoice_date desc, unit_price desc, description asc, invoice_no asc, _load_id desc
        ) as nth_latest

    from invoice_lines

),

products as (

    select
        ---------- ids
        stock_code as product_id,

        ---------- what
        description as product_name,
        unit_price as list_price,

        ---------- landing
        _load_id

    from numbered

    where nth_latest = 1

)

select * from products
