{#
    Which of the values that `count_each` counted occurs most often; of those that occur equally often the one
    that is listed first.

    column, values: as given to `count_each`.
    Returns a SQL expression of a text: one of the values, `other`, or null where nothing was counted.
#}
{% macro most_frequent(column, values) -%}
    case greatest({{ counts_of_each(column, values) }})
        when 0 then null
        {%- for value in values + ['other'] %}
        when {{ column }}_{{ value }}_count then '{{ value }}'
        {%- endfor %}
    end
{%- endmacro %}

{#
    The share of what was counted that has the most frequent value.

    column, values: as given to `count_each`.
    Returns a SQL expression of a double, 0 to 1; null where nothing was counted.
#}
{% macro share_of_most_frequent(column, values) -%}
    greatest({{ counts_of_each(column, values) }})
    / cast(nullif({{ counts_of_each(column, values, ' + ') }}, 0) as double)
{%- endmacro %}

{% macro counts_of_each(column, values, separator=', ') -%}
    {%- for value in values + ['other'] -%}
        {{ column }}_{{ value }}_count{{ separator if not loop.last }}
    {%- endfor -%}
{%- endmacro %}
