{#
    The object or list in a JSON at a path of keys.

    json: SQL expression of a JSON.
    path: keys with dots between them, for example 'billing.address'.
    Returns a SQL expression of a JSON; null where there is none.
#}
{% macro json_part(json, path) -%}
    {{ return(adapter.dispatch('json_part')(json, path)) }}
{%- endmacro %}

{% macro duckdb__json_part(json, path) -%}
    json_extract({{ json }}, '$.{{ path }}')
{%- endmacro %}
