{#
    The segment of one scheme, by its rank in `segment_definitions`, as its rules in `segment_rules` say: the rules
    are disjoint (see the test `rules_partition`), so that at most one holds. Where none does, because a value that
    it takes is not known, it is `unassigned`.

    The rules are looked up and written into the query, since to join them would take, for each scheme, as long as
    all schemes take now.

    scheme: name of a scheme.
    Returns a SQL expression of an integer over the columns of `profile_features` and `customer_scores`, never null.
#}
{% macro segment_rank(scheme) -%}
    {%- set rules = segment_rules(scheme) -%}
    {%- if rules -%}
    case
        {%- for rule in rules if rule.conditions %}
        when {{ rule.conditions | join(' and ') }} then {{ rule.rank }}
        {%- endfor %}
        else {{ unassigned_rank(scheme) }}
    end
    {%- else -%}
    null
    {%- endif -%}
{%- endmacro %}

{#
    The rules of one scheme.

    scheme: name of a scheme.
    Returns a list of dicts: rule (its number), rank (of its segment), conditions (list of SQL conditions).
#}
{% macro segment_rules(scheme) -%}
    {%- set rules = [] -%}
    {%- set query -%}
    select
        rules.rule,
        definitions.rank,
        rules.feature,
        rules.at_least,
        rules.below,
        rules.is_value
    from {{ ref('segment_rules') }} as rules
    inner join {{ ref('segment_definitions') }} as definitions
        on rules.scheme = definitions.scheme and rules.segment = definitions.segment
    where rules.scheme = '{{ scheme }}'
    order by rules.rule, rules.feature
    {%- endset -%}
    {%- if seed_stands('segment_rules') -%}
        {%- for row in run_query(query).rows -%}
            {%- if not rules or rules[-1].rule != row['rule'] -%}
                {%- do rules.append({'rule': row['rule'], 'rank': row['rank'] | int, 'conditions': []}) -%}
            {%- endif -%}
            {%- do rules[-1].conditions.extend(rule_conditions(row)) -%}
        {%- endfor -%}
    {%- endif -%}
    {{ return(rules) }}
{%- endmacro %}

{# The SQL conditions of one row of `segment_rules`. #}
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
    {{ return(conditions) }}
{%- endmacro %}

{# A decimal without the noughts at its end. #}
{% macro plain_number(value) -%}
    {%- set text = value | string -%}
    {{ return(text.rstrip('0').rstrip('.') if '.' in text else text) }}
{%- endmacro %}

{# The rank of a scheme's segment `unassigned`. #}
{% macro unassigned_rank(scheme) -%}
    {%- set query -%}
    select rank from {{ ref('segment_definitions') }} where scheme = '{{ scheme }}' and segment = 'unassigned'
    {%- endset -%}
    {%- set found = run_query(query).rows if seed_stands('segment_definitions') else [] -%}
    {{ return(found[0][0] | int if found else 'null') }}
{%- endmacro %}

{# Whether a seed can be asked: not while dbt parses, nor where it compiles before the first build. #}
{% macro seed_stands(seed) -%}
    {{ return(execute and load_relation(existing_relation(seed)) is not none) }}
{%- endmacro %}
