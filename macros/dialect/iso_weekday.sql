{#
    The day of the week: 1 is Monday, 7 is Sunday.

    day: SQL expression of a date.
    Returns a SQL expression of an integer.
#}
{% macro iso_weekday(day) -%}
    {{ return(adapter.dispatch('iso_weekday')(day)) }}
{%- endmacro %}

{% macro default__iso_weekday(day) -%}
    weekday({{ day }}) + 1
{%- endmacro %}

{% macro duckdb__iso_weekday(day) -%}
    isodow({{ day }})
{%- endmacro %}
