{#
    The key of a session, from its visitor and the time of its first event. It stays the same when events land later
    within the session.

    visitor_id: SQL expression of the visitor.
    started_at: SQL expression of the session's first event's time, UTC.
    Returns a SQL expression: 32 hexadecimal digits.
#}
{% macro session_key(visitor_id, started_at) -%}
    {{ row_key([visitor_id, epoch_microseconds(started_at)]) }}
{%- endmacro %}
