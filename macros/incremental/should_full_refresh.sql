{#
    dbt asks this before it builds an incremental model; see `is_rebuilt`. What a node configures
    goes first: seeds are always made anew.

    Returns a boolean.
#}
{% macro should_full_refresh() -%}
    {%- set configured = config.get('full_refresh') -%}
    {{ return(is_rebuilt(model.name) if configured is none else configured) }}
{%- endmacro %}
