{#
    The table of a model or seed as the last run left it, without depending on the model. A model that reads it must
    run before the model that it names. Read it only where `is_rebuilt` says that the table is kept.

    model_name: name of a model or seed.
    Returns a relation.
#}
{% macro existing_relation(model_name) -%}
    {%- if execute -%}
        {%- set node = graph.nodes['model.' ~ project_name ~ '.' ~ model_name] or graph.nodes['seed.' ~ project_name ~ '.' ~ model_name] -%}
        {{ return(api.Relation.create(database=node.database, schema=node.schema, identifier=node.alias, type='table')) }}
    {%- endif -%}
{%- endmacro %}
