{#
    The session boundary: whether an event begins a new session. Override this macro for another rule on the two
    times, for example to cut sessions at midnight.

    A session is a run of one visitor's events whose gaps are at most `session_timeout_minutes`: a gap of
    exactly the timeout stays within, one microsecond more does not.

    occurred_at: SQL expression, when the event happened.
    previous_at: SQL expression, when the visitor's event before it happened; null for the first.
    Returns a SQL expression of a boolean, never null.
#}
{% macro starts_new_session(occurred_at, previous_at) -%}
    ({{ previous_at }} is null or {{ occurred_at }} > {{ previous_at }} + interval '{{ var("session_timeout_minutes") | int }}' minute)
{%- endmacro %}
