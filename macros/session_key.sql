{#
    The key of a session: made of its visitor and the time of its first event, so that it stays the same
    whatever lands later within the session. A number of 128 bits takes half of its text's place, and tables of
    many millions of rows are joined by it.

    visitor_id: SQL expression of the visitor.
    started_at: SQL expression of the session's first event's time, UTC.
    Returns a SQL expression of a UUID.
#}
{% macro session_key(visitor_id, started_at) -%}
    cast({{ row_key([visitor_id, epoch_microseconds(started_at)]) }} as uuid)
{%- endmacro %}
