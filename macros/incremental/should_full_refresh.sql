{#
    dbt calls this before it builds an incremental model; see `is_rebuilt`. The config `full_refresh` of a node takes
    precedence: seeds are always rebuilt.

    Returns a boolean.
#}
{% macro should_full_refresh() -%}
    {%- set configured = config.get('full_refresh') -%}
    {{ return(is_rebuilt(model.name) if configured is none else configured) }}
{%- endmacro %}
