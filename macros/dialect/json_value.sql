{#
    The value inside a JSON object or list; null where it is missing, null, empty or not of the type.

    json: SQL expression of JSON text.
    path: the keys that lead to the value, with dots between them, for example 'price_set.shop_money.amount'; `[0]` is the
        first of a list.
    data_type: type of the value.
    Returns a SQL expression of the type; of a text without the blanks around it, and of an object or a list JSON text.
#}
{% macro json_value(json, path, data_type='varchar') -%}
    {{ return(adapter.dispatch('json_value')(json, path, data_type)) }}
{%- endmacro %}

{% macro duckdb__json_value(json, path, data_type) -%}
    {%- set keys = [] -%}
    {%- for key in path.split('.') -%}
        {%- do keys.append(key if key[0] == '[' else '."' ~ key ~ '"') -%}
    {%- endfor -%}
    {%- set text = "nullif(trim(json_extract_string(" ~ json ~ ", '$" ~ keys | join ~ "')), '')" -%}
    {{ text if data_type == 'varchar' else 'try_cast(' ~ text ~ ' as ' ~ data_type ~ ')' }}
{%- endmacro %}
