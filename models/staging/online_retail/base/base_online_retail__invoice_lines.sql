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
        ) as nth_in_file,
        count(*) over (
            partition by
                _load_id, invoice_no, stock_code, customer_id, description, quantity, unit_price, country, invoice_date
        ) as copies_in_file

    from renamed

),

-- The two years of Online Retail II both have the invoices of 1 to 9 December 2010. A file with both years has their
-- lines twice, and no other file has nearly all of them an even number of times.
dated as (

    select
        *,
        invoice_date >= cast('2010-12-01' as timestamp)
        and invoice_date < cast('2010-12-10' as timestamp) as is_of_both_years

    from numbered

),

spans as (

    select
        _load_id,
        min(invoice_date) < cast('2010-12-01' as timestamp)
        and max(invoice_date) >= cast('2010-12-10' as timestamp)
        and 20 * sum(case when is_of_both_years and copies_in_file % 2 = 1 then 1 else 0 end)
        <= sum(case when is_of_both_years then 1 else 0 end) as has_both_years

    from dated

    group by _load_id

),

once_per_year as (

    select dated.*

    from dated

    inner join spans
        on dated._load_id = spans._load_id

    where
        not spans.has_both_years
        or not dated.is_of_both_years
        or dated.nth_in_file * 2 <= dated.copies_in_file + 1

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
