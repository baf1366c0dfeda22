{#
    The local time, in a time zone, of an instant in UTC.

    instant: SQL expression of a timestamp without time zone, in UTC.
    timezone: name of the time zone, for example 'America/New_York'.
    Returns a SQL expression of a timestamp without time zone; cast it to a date for the day there.
#}
{% macro in_timezone(instant, timezone) -%}
    {{ return(adapter.dispatch('in_timezone')(instant, timezone)) }}
{%- endmacro %}

{% macro default__in_timezone(instant, timezone) -%}
    from_utc_timestamp({{ instant }}, '{{ timezone }}')
{%- endmacro %}

{% macro duckdb__in_timezone(instant, timezone) -%}
    timezone('{{ timezone }}', timezone('UTC', {{ instant }}))
{%- endmacro %}
