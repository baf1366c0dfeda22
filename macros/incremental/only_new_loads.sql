{#
    Limits a query over landed rows to those that landed since the last run; all rows where the table is rebuilt.

    model_name: name of the incremental model that the rows are for, with a column last_load_id.
    Returns a SQL condition on the column _load_id.
#}
{% macro only_new_loads(model_name) -%}
    {%- if is_rebuilt(model_name) -%}
    1 = 1
    {%- else -%}
    _load_id > {{ last_load_id(model_name) }}
    {%- endif -%}
{%- endmacro %}
