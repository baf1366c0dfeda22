{#
    The copy of a table as it was before this run, made by `pre_hook="{{ keep_before() }}"`.

    model_name: name of the model.
    Returns a relation. It does not exist before the second run; `changed_rows` handles that.
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
