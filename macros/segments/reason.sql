{#
    Why a profile is in its segment, as a person would say it: a template of `scheme_definitions` with the values of the
    profile in it. `{order_count}` stands for the feature of that name, `{coupon_order_share_365d:percent}` for a
    share as a percentage, `{minutes_to_purchase_365d:rounded}` for a number with one decimal; a text that
    `value_labels` knows is told by its label, and a value that is not known as a dash.

    template: the text.
    relation: alias of the relation that has the values.
    language: en or nl.
    Returns a SQL expression of a text, never null.
#}
{% macro reason(template, relation, language) -%}
    {%- set parts = [] -%}
    {%- for piece in template.split('{') -%}
        {%- if loop.first -%}
            {%- set words = piece -%}
        {%- else -%}
            {%- set value, words = piece.split('}') -%}
            {%- do parts.append('coalesce(' ~ told(value, relation, language) ~ ", '–')") -%}
        {%- endif -%}
        {%- if words -%}
            {%- do parts.append("'" ~ words | replace("'", "''") ~ "'") -%}
        {%- endif -%}
    {%- endfor -%}
    {{ dbt.concat(parts or ["''"]) }}
{%- endmacro %}

{# One value of a template, as a SQL expression of a text that is null where it is not known. #}
{% macro told(value, relation, language) -%}
    {%- set feature, form = (value ~ ':').split(':')[:2] -%}
    {%- set column = relation ~ '.' ~ feature -%}
    {%- if form == 'percent' -%}
        {{ return(text('cast(round(100 * ' ~ column ~ ') as integer)') ~ " || '%'") }}
    {%- elif form == 'rounded' -%}
        {{ return(text('cast(' ~ column ~ ' as decimal(18, 1))')) }}
    {%- elif features_of_rules().get(feature, {}).get('data_type') == 'varchar' -%}
        {%- set labels = value_labels(feature, language) -%}
        {%- set cases = [] -%}
        {%- for code in labels -%}
            {%- do cases.append("when '" ~ code ~ "' then '" ~ labels[code] | replace("'", "''") ~ "'") -%}
        {%- endfor -%}
        {{ return('case ' ~ column ~ ' ' ~ cases | join(' ') ~ ' else ' ~ column ~ ' end' if cases else column) }}
    {%- endif -%}
    {{ return(text(column)) }}
{%- endmacro %}

{# The labels of a feature's texts in a language: a dict of code → label. #}
{% macro value_labels(feature, language) -%}
    {%- set labels = {} -%}
    {%- set query -%}
    select code, label_{{ language }} as label from {{ ref('value_labels') }} where feature = '{{ feature }}' order by code
    {%- endset -%}
    {%- if seed_stands('value_labels') -%}
        {%- for row in run_query(query).rows -%}
            {%- do labels.update({row['code']: row['label']}) -%}
        {%- endfor -%}
    {%- endif -%}
    {{ return(labels) }}
{%- endmacro %}
