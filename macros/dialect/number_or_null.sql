{#
    A text as a number; null where it is none, or does not fit. For values that no contract checks, inside JSON.

    text: SQL expression of a text.
    data_type: the type of the number, for example 'integer'.
    Returns a SQL expression of this type.
#}
{% macro number_or_null(text, data_type='decimal(19, 4)') -%}
    {{ return(adapter.dispatch('number_or_null')(text, data_type)) }}
{%- endmacro %}

{% macro duckdb__number_or_null(text, data_type) -%}
    try_cast({{ text }} as {{ data_type }})
{%- endmacro %}
