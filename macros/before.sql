{#
    The rows that a table had before this refresh, of a model with `pre_hook="{{ keep_before() }}"`.

    model_name: name of the model.
    Returns a relation, read only where the model's readers are not rebuilt.
#}
{% macro before(model_name) -%}
    {%- if execute -%}
        {%- set now = standing(model_name) -%}
        {{ return(now.incorporate(path={'identifier': now.identifier ~ '__before'})) }}
    {%- endif -%}
{%- endmacro %}
