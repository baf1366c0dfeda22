{#
    Whether a profile meets the conditions of a segment's rules, whatever the other rules of the scheme say: for schemes
    whose segments may be true side by side.

    scheme, segment: literal texts.
    Returns a SQL expression of a boolean over the columns of `profile_features`, `customer_scores` and
    `response_scores`, never null: false where the scheme has no such rule.
#}
{% macro rules_hold(scheme, segment) -%}
    {%- set holding = ['false'] -%}
    {%- for rule in segment_rules().get(scheme, {}).get('rules', []) if rule.segment == segment -%}
        {%- do holding.append('(' ~ rule.conditions | join(' and ') ~ ')') -%}
    {%- endfor -%}
    coalesce({{ holding | join(' or ') }}, false)
{%- endmacro %}
