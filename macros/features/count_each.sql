{#
    How often each of a few known values occurs in a group, and any other; what is missing counts nowhere.
    `most_frequent` and `share_of_most_frequent` read these columns.

    column: name of a text column, in lower case: to make it so is cheaper before rows are joined and multiply.
    values: list of texts, lower case.
    condition: SQL condition on the rows that count.
    Returns SQL aggregates, named `<column>_<value>_count` and `<column>_other_count`.
#}
{% macro count_each(column, values, condition='true') -%}
    {%- for value in values %}
    count(case when {{ condition }} and {{ column }} = '{{ value }}' then 1 end) as {{ column }}_{{ value }}_count,
    {%- endfor %}
    count(case when {{ condition }} and {{ column }} not in ('{{ values | join("', '") }}') then 1 end) as {{ column }}_other_count
{%- endmacro %}
