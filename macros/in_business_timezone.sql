{#
    The local time, in `business_timezone`, of an instant in UTC.

    instant: SQL expression of a timestamp without time zone, in UTC.
    Returns a SQL expression of a timestamp without time zone; cast it to a date for the business day.
#}
{% macro in_business_timezone(instant) -%}
    {{ return(adapter.dispatch('in_business_timezone')(instant)) }}
{%- endmacro %}

{% macro default__in_business_timezone(instant) -%}
    from_utc_timestamp({{ instant }}, '{{ var("business_timezone") }}')
{%- endmacro %}

{% macro duckdb__in_business_timezone(instant) -%}
    timezone('{{ var("business_timezone") }}', timezone('UTC', {{ instant }}))
{%- endmacro %}
