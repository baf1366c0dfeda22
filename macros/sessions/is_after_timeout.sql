{#
    Whether something happened more than `session_timeout_minutes` after something else.

    occurred_at: SQL expression of an instant.
    previous_at: SQL expression of the instant before it; null where there is none.
    Returns a SQL expression of a boolean, never null: true where there is none before.
#}
{% macro is_after_timeout(occurred_at, previous_at) -%}
    ({{ previous_at }} is null or {{ occurred_at }} > {{ previous_at }} + interval '{{ var("session_timeout_minutes") | int }}' minute)
{%- endmacro %}
