{#
    Whether a window ends before a piece of time: no event from `started_at` on can belong to a session, or be a copy of
    an event, up to `reached_at`. A rule of `starts_new_session` that cuts more often than the timeout needs no other
    windows. One that joins beyond the timeout does: the tracker's sessions may resume after any time, so under that
    rule a window is all of the visitor's history.

    started_at: SQL expression, the start of the piece.
    reached_at: SQL expression, the latest end of the visitor's pieces before it; null for the first.
    Returns a SQL expression of a boolean, never null.
#}
{% macro starts_new_window(started_at, reached_at) -%}
    {%- if var('session_rule') == 'tracker' -%}
    {{ reached_at }} is null
    {%- else -%}
    {{ is_after_timeout(started_at, reached_at) }}
    {%- endif -%}
{%- endmacro %}
