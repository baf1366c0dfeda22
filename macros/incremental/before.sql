{#
    The rows that a table had before this refresh, of a model with `pre_hook="{{ keep_before() }}"`.

    model_name: name of the model.
    Returns a relation, read only where the model's readers are not rebuilt.
#}
{% macro before(model_name) -%}
    {%- if execute -%}
        {#- never among the marts, which are published -#}
        {%- set now = existing_relation(model_name) -%}
        {%- set beside = existing_relation('int_as_of_dates') -%}
        {{ return(now.incorporate(path={
            'database': beside.database, 'schema': beside.schema, 'identifier': now.identifier ~ '__before'
        })) }}
    {%- endif -%}
{%- endmacro %}
