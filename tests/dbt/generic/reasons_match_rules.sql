{#
    Fails with a sentence for each reason of a rule that does not exist: nobody would read it.

    model: the seed `rule_reasons`.
#}
{% test reasons_match_rules(model) %}

select {{ dbt.concat([
    "'scheme '", 'reasons.scheme', "': rule_reasons has a reason for rule '", text('reasons.rule'),
    "', which segment_rules does not have'"
]) }} as problem

from {{ model }} as reasons

left join {{ ref('segment_rules') }} as rules
    on reasons.scheme = rules.scheme and reasons.rule = rules.rule

where rules.rule is null

{% endtest %}
