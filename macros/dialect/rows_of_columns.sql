{#
    One row for each of several columns that is not null.

    relation: a relation or CTE with the columns.
    value_columns: list of the columns that become rows, all texts.
    columns: list of the columns to keep beside them.
    Returns a SQL query with `columns`, column_value and column_number, from 1.
#}
{% macro rows_of_columns(relation, value_columns, columns) -%}
    {{ return(adapter.dispatch('rows_of_columns')(relation, value_columns, columns)) }}
{%- endmacro %}

{% macro duckdb__rows_of_columns(relation, value_columns, columns) -%}
    select * from (
        select
            {{ columns | join(', ') }},
            unnest([{{ value_columns | join(', ') }}]) as column_value,
            unnest(generate_series(1, {{ value_columns | length }})) as column_number
        from {{ relation }}
    ) as unpivoted

    where column_value is not null
{%- endmacro %}
