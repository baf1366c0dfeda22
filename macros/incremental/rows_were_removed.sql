{#
    Whether landed rows of any table were removed since the last whole build; never in a rebuild, which has no former rows.
    It is a constant, so that the engine does nothing for it in the runs in which nothing was removed.

    model_name: name of the incremental model that asks.
    Returns a SQL condition.
#}
{% macro rows_were_removed(model_name) -%}
    {%- if model.resource_type != 'unit_test' -%}
        {%- set removed_loads = ref('stg_landing__removed_loads') -%}
    {%- endif -%}
    {%- if is_rebuilt(model_name) -%}
    1 = 0
    {%- else -%}
    coalesce({{ removed_load_ids() }}) is not null
    {%- endif -%}
{%- endmacro %}
