{#
    The schema of a node is the one its folder names (staging, intermediate, marts, seeds), without a
    prefix: what BI tools read is called `marts` on every machine.
#}
{% macro generate_schema_name(custom_schema_name, node) -%}
    {{ custom_schema_name | trim if custom_schema_name else target.schema }}
{%- endmacro %}
