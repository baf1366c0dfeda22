{#
    The rules of all schemes, by one query.

    Returns a dict in the order of reports: scheme → a dict with `ranks` (segment → its rank) and `rules` (a
    list in the order of the rules' numbers, each a dict with `segment` and `conditions`, a list of SQL conditions). Where
    `schemes` returns its placeholder, that has no ranks and no rules.
#}
{% macro segment_rules() -%}
    {%- set seed = ref('segment_rules') -%}
    {%- set query -%}
    with ranks as (
        select
            scheme,
            {{ dbt.listagg(dbt.concat(['segment', "':'", text('rank')]), "'|'", 'order by rank') }} as ranks
        from {{ ref('segment_definitions') }}
        group by scheme
    )
    select
        schemes.scheme,
        ranks.ranks,
        rules.rule,
        rules.segment,
        rules.feature,
        rules.at_least,
        rules.below,
        rules.is_value
    from {{ ref('scheme_definitions') }} as schemes
    inner join ranks
        on schemes.scheme = ranks.scheme
    inner join {{ seed }} as rules
        on schemes.scheme = rules.scheme
    order by schemes.position, rules.rule, rules.feature
    {%- endset -%}
    {%- set found = {} -%}
    {%- for row in rows_of_seed(seed, query) -%}
        {%- if row['scheme'] not in found -%}
            {%- set ranks = {} -%}
            {%- for pair in row['ranks'].split('|') -%}
                {%- do ranks.update({pair.split(':')[0]: pair.split(':')[1]}) -%}
            {%- endfor -%}
            {%- do found.update({row['scheme']: {'ranks': ranks, 'rules': []}}) -%}
        {%- endif -%}
        {%- set rules = found[row['scheme']].rules -%}
        {%- if not rules or rules[-1].number != row['rule'] -%}
            {%- do rules.append({'number': row['rule'], 'segment': row['segment'], 'conditions': []}) -%}
        {%- endif -%}
        {%- do rules[-1].conditions.extend(rule_conditions(row)) -%}
    {%- endfor -%}
    {{ return(found or {'no_scheme_yet': {'ranks': {}, 'rules': []}}) }}
{%- endmacro %}

{# The SQL conditions of one row of `segment_rules`; a row without a bound and a text takes any known value. #}
{% macro rule_conditions(row) -%}
    {%- set conditions = [] -%}
    {%- if row['at_least'] is not none -%}
        {%- do conditions.append(row['feature'] ~ ' >= ' ~ plain_number(row['at_least'])) -%}
    {%- endif -%}
    {%- if row['below'] is not none -%}
        {%- do conditions.append(row['feature'] ~ ' < ' ~ plain_number(row['below'])) -%}
    {%- endif -%}
    {%- if row['is_value'] -%}
        {%- do conditions.append(row['feature'] ~ " in ('" ~ row['is_value'].split('|') | join("', '") ~ "')") -%}
    {%- endif -%}
    {{ return(conditions or [row['feature'] ~ ' is not null']) }}
{%- endmacro %}

{# A decimal without the zeros at its end. #}
{% macro plain_number(value) -%}
    {%- set text = value | string -%}
    {{ return(text.rstrip('0').rstrip('.') if '.' in text else text) }}
{%- endmacro %}
