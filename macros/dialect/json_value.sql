{#
    The text of a value inside a JSON object; null where it is missing, null or empty.

    json: SQL expression of JSON text.
    keys: the keys that lead to the value, with dots between them, for example 'product.id'.
    Returns a SQL expression of a text without the blanks around it; of an object or a list, JSON text.
#}
{% macro json_value(json, keys) -%}
    {{ return(adapter.dispatch('json_value')(json, keys)) }}
{%- endmacro %}

{% macro duckdb__json_value(json, keys) -%}
    nullif(trim(json_extract_string({{ json }}, '$."{{ keys.split('.') | join('"."') }}"')), '')
{%- endmacro %}
