with

invoice_lines as (

    select * from {{ ref('base_online_retail__invoice_lines') }}

    where not is_cancellation

),

-- the format has no product table: a product is what its latest line says of it
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
        cast(null as {{ dbt.type_string() }}) as category,
        cast(null as {{ dbt.type_string() }}) as subcategory,
        cast(null as {{ dbt.type_string() }}) as brand,
        unit_price as list_price,
        cast(null as decimal(18, 4)) as unit_cost,

        ---------- landing
        _load_id

    from numbered

    where nth_latest = 1

)

select * from products
