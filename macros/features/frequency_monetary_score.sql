{#
    The second axis of the RFM grid: the mean of the frequency and the monetary score, rounded up.

    frequency_score, monetary_score: SQL expressions of integers, 1 to 5.
    Returns a SQL expression of an integer, 1 to 5.
#}
{% macro frequency_monetary_score(frequency_score, monetary_score) -%}
    cast(floor(({{ frequency_score }} + {{ monetary_score }} + 1) / 2.0) as integer)
{%- endmacro %}
