{#
    The sum of an amount over the elements of a list within a JSON.

    json: SQL expression of a JSON.
    list_path: keys that lead to the list, with dots between them; '' where the JSON is the list itself, and '[*].tax_lines'
        for the lists within the elements of that.
    path: keys that lead from an element to its amount.
    Returns a SQL expression of a number with four decimals; null where there is no list, or no amount in it.
#}
{% macro json_sum(json, list_path, path) -%}
    {{ return(adapter.dispatch('json_sum')(json, list_path, path)) }}
{%- endmacro %}

{% macro duckdb__json_sum(json, list_path, path) -%}
    {%- set elements = '$' ~ ('.' if list_path and list_path[0] != '[') ~ list_path ~ '[*]' -%}
    list_sum(list_transform(
        json_extract({{ json }}, '{{ elements }}'),
        lambda element: try_cast(element ->> '$.{{ path }}' as decimal(19, 4))
    ))
{%- endmacro %}
