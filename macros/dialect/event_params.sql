{#
    The parameters of an event of Google Analytics 4, read once for all calls of `event_param`. Of a key that is there twice
    the first counts.

    params: SQL expression of JSON text: a list of objects with the key and the value, which is a text, a whole number or a
        fraction under a name of its own; or what BigQuery makes of one in Parquet: {"list": [{"element": {…}}]}.
    Returns a SQL expression for `event_param`.
#}
{% macro event_params(params) -%}
    {{ return(adapter.dispatch('event_params')(params)) }}
{%- endmacro %}

{% macro duckdb__event_params(params) -%}
    from_json(
        case
            when starts_with({{ params }}, '{') then to_json(json_extract({{ params }}, '$.list[*].element'))
            else {{ params }}
        end,
        '[{"key": "VARCHAR", "value": {
            "string_value": "VARCHAR", "int_value": "VARCHAR", "float_value": "VARCHAR", "double_value": "VARCHAR"
        }}]'
    )
{%- endmacro %}

{#
    The value of one parameter.

    params: SQL expression, the result of `event_params`.
    key: key of the parameter.
    missing: list of texts that are no value.
    Returns a SQL expression of a text; null where the parameter is missing or empty.
#}
{% macro event_param(params, key, missing=[]) -%}
    {{ return(adapter.dispatch('event_param')(params, key, missing)) }}
{%- endmacro %}

{% macro duckdb__event_param(params, key, missing) -%}
    {% for word in missing %}nullif({% endfor -%}
    nullif(trim(list_extract(
        list_transform(
            {{ params }},
            lambda param: coalesce(
                param.value.string_value, param.value.int_value, param.value.double_value, param.value.float_value
            )
        ),
        list_position(list_transform({{ params }}, lambda param: param.key), '{{ key }}')
    )), '')
    {%- for word in missing %}, '{{ word }}'){% endfor %}
{%- endmacro %}
