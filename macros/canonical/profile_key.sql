{#
    The key of a profile: the customer where known, else the visitor. The kind is part of the key, so that
    a customer and a visitor with the same number are two profiles.

    customer_id, visitor_id: SQL expressions, either may be null.
    Returns a SQL expression of a text, null where both are.
#}
{% macro profile_key(customer_id, visitor_id) -%}
    case
        when {{ customer_id }} is not null then {{ dbt.concat(["'customer:'", customer_id]) }}
        when {{ visitor_id }} is not null then {{ dbt.concat(["'visitor:'", visitor_id]) }}
    end
{%- endmacro %}
