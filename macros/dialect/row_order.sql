{#
    A sort key that puts different rows in the same order in every run, to break ties: it is made of all columns of the
    row, so that a new column is one of them. The order means nothing else.

    On DuckDB it is a hash of 64 bits: sorting by each column takes as long, and nobody has to keep a list; the row
    itself or its text would take two to three times as long (2 million orders: 3.6 s, 6.1 s and 11.6 s).

    alias: alias of the relation in the from clause.
    Returns a SQL expression, never null.
#}
{% macro row_order(alias) -%}
    {{ return(adapter.dispatch('row_order')(alias)) }}
{%- endmacro %}

{% macro default__row_order(alias) -%}
    {{ row_text(alias) }}
{%- endmacro %}

{% macro duckdb__row_order(alias) -%}
    hash({{ alias }})
{%- endmacro %}
