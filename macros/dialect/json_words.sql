{#
    The texts of a JSON list inside an object, with blanks between them.

    json: SQL expression of JSON text.
    keys: the keys that lead to the list, with dots between them.
    Returns a SQL expression of a text; null where the list is missing or empty.
#}
{% macro json_words(json, keys) -%}
    {{ return(adapter.dispatch('json_words')(json, keys)) }}
{%- endmacro %}

{% macro duckdb__json_words(json, keys) -%}
    nullif(array_to_string(
        json_extract_string({{ json }}, '$."{{ keys.split('.') | join('"."') }}"[*]'), ' '
    ), '')
{%- endmacro %}
