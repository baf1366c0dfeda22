{#
    Counts the rows of one action. An event of several products has a row for each.

    action: an action of the seed `event_taxonomy`.
    only: SQL condition on the rows that count; `is_event` counts events.
    Returns a SQL aggregate over a column `action`: a bigint, never null.
#}
{% macro count_action(action, only=none) -%}
    count(case when action = '{{ action }}'{{ ' and ' ~ only if only }} then 1 end)
{%- endmacro %}
