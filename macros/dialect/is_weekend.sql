{#
    Whether an instant is on a Saturday or a Sunday.

    moment: SQL expression of a date or a local timestamp.
    Returns a SQL expression of a boolean.
#}
{% macro is_weekend(moment) -%}
    {{ return(adapter.dispatch('is_weekend')(moment)) }}
{%- endmacro %}

{% macro default__is_weekend(moment) -%}
    dayofweek({{ moment }}) in (1, 7)
{%- endmacro %}

{% macro duckdb__is_weekend(moment) -%}
    isodow({{ moment }}) >= 6
{%- endmacro %}
