{#
    Counts the events of one action.

    action: an action of the seed `event_taxonomy`.
    Returns a SQL aggregate over a column `action`: a bigint, never null.
#}
{% macro count_action(action) -%}
    count(case when action = '{{ action }}' then 1 end)
{%- endmacro %}
