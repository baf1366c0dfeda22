{#
    The segment of one scheme, by its rank in `segment_definitions`: that of the first rule whose conditions all hold,
    else that of `unknown`. In a scheme with the hit policy `unique` at most one rule holds (see the test
    `rules_partition`).

    The rules are written into the query, because a join with them would take as long for each scheme as this takes for
    all schemes.

    scheme: the scheme's rules and ranks, as `segment_rules` returns them.
    Returns a SQL expression of an integer over the columns of `profile_features`, `customer_scores` and
    `response_scores`, never null.
#}
{% macro segment_rank(scheme) -%}
    {%- if scheme.rules -%}
    case
        {%- for rule in scheme.rules %}
        when {{ rule.conditions | join(' and ') }} then {{ rank_of_rule(rule.segment, scheme.ranks) }}
        {%- endfor %}
        else {{ scheme.ranks['unknown'] }}
    end
    {%- else -%}
    null
    {%- endif -%}
{%- endmacro %}

{# The rank that a rule gives: of its segment or, where this is `{feature}`, of the segment that the feature names. #}
{% macro rank_of_rule(segment, ranks) -%}
    {%- if segment.startswith('{') -%}
    case {{ segment[1:-1] }}
            {%- for name, rank in ranks.items() if name not in kinds_of_no_segment() %}
            when '{{ name }}' then {{ rank }}
            {%- endfor %}
            else {{ ranks['unknown'] }}
        end
    {%- else -%}
    {{ ranks[segment] }}
    {%- endif -%}
{%- endmacro %}

{#
    The name of the segment with a rank, the inverse of `segment_rank`.

    The names are written into the query, because a join for each scheme took longer than all else in `profiles`.

    scheme: the scheme's rules and ranks, as `segment_rules` returns them.
    rank: the column with the rank.
    Returns a SQL expression of a text; null for a rank that the scheme has not.
#}
{% macro segment_of_rank(scheme, rank) -%}
    case {{ rank }}
            {%- for name, number in scheme.ranks.items() %}
            when {{ number }} then '{{ name }}'
            {%- else %}
            when null then null  -- there are no ranks while dbt parses
            {%- endfor %}
        end
{%- endmacro %}
