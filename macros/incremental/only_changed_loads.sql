{#
    Limits a query over landed rows to the loads that landed since the last run and to those that lost rows; all rows
    where the table is rebuilt. For an incremental model with the strategy `replace_loads`.

    model_name: name of the incremental model that the rows are for, with a column last_load_id.
    Returns a SQL condition on the column _load_id.
#}
{% macro only_changed_loads(model_name) -%}
    {%- if model.resource_type != 'unit_test' -%}
        {%- set removed_loads = ref('stg_landing__removed_loads') -%}
    {%- endif -%}
    {%- if is_rebuilt(model_name) -%}
    1 = 1
    {%- else -%}
    (_load_id > {{ last_load_id(model_name) }} or _load_id in ({{ removed_load_ids() }}))
    {%- endif -%}
{%- endmacro %}
