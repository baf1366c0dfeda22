{#
    What `segment_schemes` says of why a profile is in a segment of a scheme.

    scheme: name of a scheme.
    Returns a dict of texts: reason_en, reason_nl, unassigned_en, unassigned_nl.
#}
{% macro reason_templates(scheme) -%}
    {%- set names = ['reason_en', 'reason_nl', 'unassigned_en', 'unassigned_nl'] -%}
    {%- set query -%}
    select {{ names | join(', ') }} from {{ ref('scheme_definitions') }} where scheme = '{{ scheme }}'
    {%- endset -%}
    {%- set found = run_query(query).rows if seed_stands('scheme_definitions') else [] -%}
    {%- set templates = {} -%}
    {%- for name in names -%}
        {%- do templates.update({name: found[0][name] if found else ''}) -%}
    {%- endfor -%}
    {{ return(templates) }}
{%- endmacro %}
