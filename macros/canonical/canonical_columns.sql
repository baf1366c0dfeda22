{#
    The columns of a canonical object, as the YAML of `canonical_<object>` lists them. That list is the only one.

    object_name: name of a business object, for example 'orders'.
    Returns a dict of the columns by name, as dbt's graph has them: name, data_type, description, constraints. It is empty
    while dbt parses and in unit tests, which do not see the graph.
    Raises a compilation error where no such model exists.
#}
{% macro canonical_columns(object_name) -%}
    {%- if not graph.get('nodes') -%}
        {{ return({}) }}
    {%- endif -%}
    {%- set node = graph.nodes.get('model.' ~ project_name ~ '.canonical_' ~ object_name) -%}
    {%- if not node -%}
        {{ exceptions.raise_compiler_error(
            'There is no canonical object `' ~ object_name ~ '`: models/intermediate/canonical/canonical_' ~ object_name
            ~ '.sql is missing.'
        ) }}
    {%- endif -%}
    {{ return(node.columns) }}
{%- endmacro %}
