{#
    The value in a JSON at a path of keys; null where there is none, or none of the type.

    json: SQL expression of a JSON.
    path: keys with dots between them, for example 'price_set.shop_money.amount'.
    data_type: type of the value.
    Returns a SQL expression of the type.
#}
{% macro json_value(json, path, data_type='varchar') -%}
    {{ return(adapter.dispatch('json_value')(json, path, data_type)) }}
{%- endmacro %}

{% macro duckdb__json_value(json, path, data_type) -%}
    {%- set text = "(" ~ json ~ " ->> '$" ~ ('' if path[0] == '[' else '.') ~ path ~ "')" -%}
    {%- if data_type == 'varchar' -%}
    nullif(trim({{ text }}), '')
    {%- else -%}
    try_cast({{ text }} as {{ data_type }})
    {%- endif -%}
{%- endmacro %}
