{#
    A text that starts in lower case, as in the middle of a sentence.

    value: SQL expression of a text.
    Returns a SQL expression of a text.
#}
{% macro lower_first(value) -%}
    {{ dbt.concat(['lower(substring(' ~ value ~ ', 1, 1))', 'substring(' ~ value ~ ', 2)']) }}
{%- endmacro %}
