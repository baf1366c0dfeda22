{#
    The latest load whose rows a standing table has taken in. It is looked up beforehand and written into the
    query as a number, so that the engine can leave out what landed earlier without reading it.

    model_name: name of an incremental model with a column last_load_id.
    Returns a number.
#}
{% macro last_load_id(model_name) -%}
    {%- if execute -%}
        {%- set found = run_query('select coalesce(max(last_load_id), 0) from ' ~ existing_relation(model_name)) -%}
        {{ return(found.columns[0].values()[0]) }}
    {%- endif -%}
{%- endmacro %}
