{#
    How many events of one action a group holds, copies left out.

    action: an action of the seed `event_taxonomy`.
    Returns a SQL aggregate over columns `action` and `is_copy`: a bigint, never null.
#}
{% macro count_action(action) -%}
    count(case when action = '{{ action }}' and not is_copy then 1 end)
{%- endmacro %}
