{#
    The latest load that an existing table has processed. The number is looked up when the query is compiled and
    written into it, so that the engine can skip row groups that landed earlier without reading them.

    model_name: name of an incremental model with a column last_load_id.
    Returns a number.
#}
{% macro last_load_id(model_name) -%}
    {%- if execute -%}
        {%- set found = run_query('select coalesce(max(last_load_id), 0) from ' ~ existing_relation(model_name)) -%}
        {{ return(found.columns[0].values()[0]) }}
    {%- endif -%}
{%- endmacro %}
