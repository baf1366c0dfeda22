{#
    A whole row as one text, for fingerprints.

    alias: alias of the relation in the from clause.
    Returns a SQL expression of a text, never null.
#}
{% macro row_text(alias) -%}
    {{ return(adapter.dispatch('row_text')(alias)) }}
{%- endmacro %}

{% macro default__row_text(alias) -%}
    to_json(struct({{ alias }}.*))
{%- endmacro %}

{% macro duckdb__row_text(alias) -%}
    cast({{ alias }} as varchar)
{%- endmacro %}
