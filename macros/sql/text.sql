{#
    A value as text, for reasons that people read.

    expression: SQL expression, castable to text.
    Returns a SQL expression of a text, null where the value is.
#}
{% macro text(expression) -%}
    cast({{ expression }} as {{ dbt.type_string() }})
{%- endmacro %}
