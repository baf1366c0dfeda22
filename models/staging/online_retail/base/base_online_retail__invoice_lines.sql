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

-- The two years of Online Retail II both have the invoices of 1 to 9 December 2010: a file with both has them twice.
spans as (

    select
        _load_id,
        min(invoice_date) < cast('2010-12-01' as timestamp)
        and max(invoice_date) >= cast('2010-12-10' as timestamp) as has_both_years

    from renamed

    group by _load_id

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
        ) as nth_in_file,
        count(*) over (
            partition by
                _load_id, invoice_no, stock_code, customer_id, description, quantity, unit_price, country, invoice_date
        ) as copies_in_file

    from renamed

),

once_per_year as (

    select numbered.*

    from numbered

    inner join spans
        on numbered._load_id = spans._load_id

    where
        not spans.has_both_years
        or numbered.invoice_date < cast('2010-12-01' as timestamp)
        or numbered.invoice_date >= cast('2010-12-10' as timestamp)
        or numbered.nth_in_file * 2 <= numbered.copies_in_file + 1

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

    from once_per_year

    group by invoice_no, stock_code, customer_id, description, quantity, unit_price, country, invoice_date, nth_in_file

)

select
    *,
    cast(quantity * unit_price as decimal(19, 4)) as amount,
    left(invoice_no, 1) = 'C' as is_cancellation
from invoice_lines
