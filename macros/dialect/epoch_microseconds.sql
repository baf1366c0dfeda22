{#
    Microseconds from 1970-01-01 00:00 UTC to an instant.

    instant: SQL expression of a timestamp in UTC.
    Returns a SQL expression of a bigint.
#}
{% macro epoch_microseconds(instant) -%}
    {{ return(adapter.dispatch('epoch_microseconds')(instant)) }}
{%- endmacro %}

{% macro default__epoch_microseconds(instant) -%}
    unix_micros({{ instant }})
{%- endmacro %}

{% macro duckdb__epoch_microseconds(instant) -%}
    epoch_us({{ instant }})
{%- endmacro %}
