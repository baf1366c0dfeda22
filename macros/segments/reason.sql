{#
    Why a profile is in its segment, in a sentence: a template of `scheme_definitions` with the values of the profile in
    it. `{order_count}` is the feature of that name, `{coupon_order_share_365d:percent}` a share as a percentage,
    `{minutes_to_purchase_365d:rounded}` a number with one decimal. A text that has a label is shown by it, and an
    unknown value as a dash.

    template: the text; none gives an empty text.
    relation: alias of the relation that has the values.
    labels: the labels of texts in the template's language, as `value_labels` returns them.
    Returns a SQL expression of a text, never null.
#}
{% macro reason(template, relation, labels) -%}
    {%- set parts = [] -%}
    {%- for piece in (template or '').split('{') -%}
        {%- if loop.first -%}
            {%- set words = piece -%}
        {%- else -%}
            {%- set value, words = piece.split('}') -%}
            {%- do parts.append('coalesce(' ~ value_in_reason(value, relation, labels) ~ ", '–')") -%}
        {%- endif -%}
        {%- if words -%}
            {%- do parts.append("'" ~ words | replace("'", "''") ~ "'") -%}
        {%- endif -%}
    {%- endfor -%}
    {{ dbt.concat(parts or ["''"]) }}
{%- endmacro %}

{# One value of a template, as a SQL expression of a text that is null where the value is. #}
{% macro value_in_reason(value, relation, labels) -%}
    {%- set feature, form = (value ~ ':').split(':')[:2] -%}
    {%- set column = relation ~ '.' ~ feature -%}
    {%- if form == 'percent' -%}
        {{ return(text('cast(round(100 * ' ~ column ~ ') as integer)') ~ " || '%'") }}
    {%- elif form == 'rounded' -%}
        {{ return(text('cast(' ~ column ~ ' as decimal(18, 1))')) }}
    {%- elif features_of_rules().get(feature, {}).get('data_type') == 'varchar' -%}
        {%- set cases = [] -%}
        {%- for code, label in labels.get(feature, {}).items() -%}
            {%- do cases.append("when '" ~ code ~ "' then '" ~ label | replace("'", "''") ~ "'") -%}
        {%- endfor -%}
        {{ return('case ' ~ column ~ ' ' ~ cases | join(' ') ~ ' else ' ~ column ~ ' end' if cases else column) }}
    {%- endif -%}
    {{ return(text(column)) }}
{%- endmacro %}

{#
    The labels of all texts in the seed `value_labels`, by one query.

    Returns a dict: language (en, nl) → feature → code → label; without features while dbt parses, or before the seed is
    built.
#}
{% macro value_labels() -%}
    {%- set seed = ref('value_labels') -%}
    {%- set labels = {'en': {}, 'nl': {}} -%}
    {%- for row in rows_of_seed(seed, 'select feature, code, label_en, label_nl from ' ~ seed ~ ' order by feature, code') -%}
        {%- for language in labels -%}
            {%- do labels[language].setdefault(row['feature'], {}).update({row['code']: row['label_' ~ language]}) -%}
        {%- endfor -%}
    {%- endfor -%}
    {{ return(labels) }}
{%- endmacro %}
