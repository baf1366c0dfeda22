with

source as (

    select * from {{ source('online_retail', 'order_lines') }}

),

renamed as (

    select
        ---------- ids
        invoice_no,
        stock_code,
        customer_id,

        ---------- what
        description,
        quantity,
        unit_price,
        country,

        ---------- when
        invoice_date,

        ---------- landing
        _load_id

    from source

),

-- An invoice may hold the same line twice, and two files may hold the same days: copies of a
-- line are numbered within each file, and the nth of one file is the nth of the other.
numbered as (

    select
        *,
        row_number() over (
            partition by
                _load_id, invoice_no, stock_code, customer_id, description, quantity, unit_price, country, invoice_date
            order by _load_id
        ) as nth_in_file

    from renamed

),

invoice_lines as (

    select
        invoice_no,
        stock_code,
        customer_id,
        description,
        quantity,
        unit_price,
        country,
        invoice_date,
        nth_in_file,
        max(_load_id) as _load_id

    from numbered

    group by invoice_no, stock_code, customer_id, description, quantity, unit_price, country, invoice_date, nth_in_file

)

select
    *,
    cast(quantity * unit_price as decimal(19, 4)) as amount,
    left(invoice_no, 1) = 'C' as is_cancellation
from invoice_lines
