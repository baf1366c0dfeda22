{#
    The table of a model or seed as it stands, without depending on it: what reads it runs before the model does
    and sees what the last refresh left. Only read it where `is_rebuilt` says that the table is kept.

    model_name: name of a model or seed.
    Returns a relation.
#}
{% macro existing_relation(model_name) -%}
    {%- if execute -%}
        {%- set node = graph.nodes['model.' ~ project_name ~ '.' ~ model_name] or graph.nodes['seed.' ~ project_name ~ '.' ~ model_name] -%}
        {{ return(api.Relation.create(database=node.database, schema=node.schema, identifier=node.alias, type='table')) }}
    {%- endif -%}
{%- endmacro %}
