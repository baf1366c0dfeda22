{#
    The local time, in `business_timezone`, of an instant in UTC.

    instant: SQL expression of a timestamp without time zone, in UTC.
    Returns a SQL expression of a timestamp without time zone; cast it to a date for the business day.
#}
{% macro in_business_timezone(instant) -%}
    {{ return(in_timezone(instant, var('business_timezone'))) }}
{%- endmacro %}
