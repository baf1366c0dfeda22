{%- set line_columns = [] -%}
{%- for number in range(1, 31) -%}{%- do line_columns.append('line_item_' ~ number) -%}{%- endfor -%}

with

csv_orders as (

    select * from {{ ref('base_woocommerce__csv_orders') }}

),

texts as (

    {{ rows_of_columns('csv_orders', line_columns, ['order_id', 'order_date', '_load_id']) }}

),

parsed as (

    select
        ---------- ids
        order_id,
        column_number as line_number,
        coalesce(
            nullif({{ value_in_pairs('column_value', 'product_id') }}, '0'),
            {{ value_in_pairs('column_value', 'sku') }},
            {{ value_in_pairs('column_value', 'name') }},
            'unknown'
        ) as product_id,

        ---------- what
        {{ value_in_pairs('column_value', 'name') }} as product_name,
        coalesce(
            {{ dbt.safe_cast(value_in_pairs('column_value', 'quantity'), 'decimal(19, 4)') }}, 0
        ) as quantity,
        coalesce(
            {{ dbt.safe_cast(value_in_pairs('column_value', 'total'), 'decimal(19, 4)') }}, 0
        ) as total,
        {{ dbt.safe_cast(value_in_pairs('column_value', 'sub_total'), 'decimal(19, 4)') }} as subtotal,

        ---------- when
        order_date,

        ---------- landing
        _load_id

    from texts

)

select
    order_id,
    line_number,
    product_id,
    product_name,
    cast(case when quantity = floor(quantity) then quantity else 1 end as integer) as quantity,
    coalesce(subtotal, total) as gross_amount,
    greatest(coalesce(subtotal, total) - total, 0) as discount_amount,
    order_date,
    _load_id
from parsed
