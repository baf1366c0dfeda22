{#
    Fails for each row whose value lies outside a range. Missing values pass; `not_null` is a test of its own.

    min_value, max_value: numbers or SQL expressions; either may be left out.
    is_inclusive: whether the bounds themselves pass.
#}
{% test accepted_range(model, column_name, min_value=none, max_value=none, is_inclusive=true) %}

select {{ column_name }}

from {{ model }}

where
    1 = 0
    {% if min_value is not none %}or {{ column_name }} {{ '<' if is_inclusive else '<=' }} {{ min_value }}{% endif %}
    {% if max_value is not none %}or {{ column_name }} {{ '>' if is_inclusive else '>=' }} {{ max_value }}{% endif %}

{% endtest %}
