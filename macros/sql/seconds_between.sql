{#
    Seconds from one instant to another, with fractions.

    earlier, later: SQL expressions of timestamps.
    Returns a SQL expression of a double.
#}
{% macro seconds_between(earlier, later) -%}
    ({{ epoch_microseconds(later) }} - {{ epoch_microseconds(earlier) }}) / 1000000.0
{%- endmacro %}
