{#
    A number for the values of a few columns, to find rows with equal values faster than by the values: equal values
    have the same number, and two different ones rarely have.

    columns: list of SQL expressions.
    Returns a SQL expression of an integer of 64 bits.
#}
{% macro short_hash(columns) -%}
    {{ return(adapter.dispatch('short_hash')(columns)) }}
{%- endmacro %}

{% macro default__short_hash(columns) -%}
    xxhash64({{ columns | join(', ') }})
{%- endmacro %}

{% macro duckdb__short_hash(columns) -%}
    hash({{ columns | join(', ') }})
{%- endmacro %}
