{#
    The templates of the reasons of all schemes in the seed `scheme_definitions`, by one query.

    Returns a dict: scheme → a row with reason_en, reason_nl, unassigned_en and unassigned_nl; empty while dbt parses, or
    before the seed is built.
#}
{% macro reason_templates() -%}
    {%- set seed = ref('scheme_definitions') -%}
    {%- set templates = {} -%}
    {%- for row in rows_of_seed(seed, 'select scheme, reason_en, reason_nl, unassigned_en, unassigned_nl from ' ~ seed) -%}
        {%- do templates.update({row['scheme']: row}) -%}
    {%- endfor -%}
    {{ return(templates) }}
{%- endmacro %}
