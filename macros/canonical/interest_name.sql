{#
    The name by which `interest_taxonomy` knows a category or an answer: lower case, and of a path such as
    `apparel.shoes` or `Apparel > Shoes` the first part, without the blank before the separator.

    name: SQL expression of a text.
    Returns a SQL expression of a text.
#}
{% macro interest_name(name) -%}
    lower(trim({{ dbt.split_part(dbt.split_part(name, "'.'", 1), "'>'", 1) }}))
{%- endmacro %}
