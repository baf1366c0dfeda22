{#
    The reasons of the rules that have one of their own in the seed `rule_reasons`, by one query.

    Returns a dict: scheme → number of the rule → a dict of language (en, nl) → template; empty while dbt parses, or before
    the seed is built.
#}
{% macro rule_reasons() -%}
    {%- set seed = ref('rule_reasons') -%}
    {%- set found = {} -%}
    {%- for row in rows_of_seed(seed, 'select scheme, rule, reason_en, reason_nl from ' ~ seed) -%}
        {%- do found.setdefault(row['scheme'], {}).update({row['rule']: {'en': row['reason_en'], 'nl': row['reason_nl']}}) -%}
    {%- endfor -%}
    {{ return(found) }}
{%- endmacro %}

{#
    The reason of a scheme's segment: that of the first rule that holds, where it has one of its own, else the scheme's.

    template: the scheme's template.
    rules: the scheme's rules, as `segment_rules` returns them.
    own: number of a rule → its template.
    relation, language: as for `reason`.
    Returns a SQL expression of a text, never null.
#}
{% macro reason_by_rule(template, rules, own, relation, language) -%}
    {%- if not own -%}
        {{ return(reason(template, relation, language)) }}
    {%- endif -%}
    case
        {%- for rule in rules %}
        when {{ relation }}.{{ rule.conditions | join(' and ' ~ relation ~ '.') }} then {{ reason(own.get(rule.number, template), relation, language) }}
        {%- endfor %}
        else {{ reason(template, relation, language) }}
    end
{%- endmacro %}
