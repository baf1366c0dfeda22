{#
    The session boundary: whether an event begins a new session. Override this macro for another rule, for example to
    cut sessions at midnight. The var `session_rule` chooses between three:

    timeout: a session is a run of one visitor's events whose gaps are at most `session_timeout_minutes`: a gap of
        exactly the timeout stays within, one microsecond more does not.
    campaign: as timeout, and an event with another campaign than the session's begins a new one.
    tracker: where the event and the session have a session of the tracker, that of the tracker decides, whatever the
        gap; elsewhere the timeout.

    Events of one instant are always in one session.

    occurred_at: SQL expression, when the event happened.
    previous_at: SQL expression, when the visitor's event before it happened; null for the first.
    mark: SQL expression, what the event has of `session_mark`.
    previous_mark: SQL expression, the latest mark before the event, in the run of events to which the timeout joins the
        event before it.
    Returns a SQL expression of a boolean, never null.
    Raises a compilation error for an unknown rule.
#}
{% macro starts_new_session(occurred_at, previous_at, mark, previous_mark) -%}
    {%- set rule = var('session_rule') -%}
    {%- if rule == 'timeout' -%}
    {{ is_after_timeout(occurred_at, previous_at) }}
    {%- elif rule == 'campaign' -%}
    (
        {{ is_after_timeout(occurred_at, previous_at) }}
        or ({{ mark }} is not null and {{ occurred_at }} > {{ previous_at }} and coalesce({{ mark }} <> {{ previous_mark }}, true))
    )
    {%- elif rule == 'tracker' -%}
    coalesce(
        {{ mark }} <> {{ previous_mark }} and {{ occurred_at }} > {{ previous_at }},
        {{ is_after_timeout(occurred_at, previous_at) }}
    )
    {%- else -%}
        {{ exceptions.raise_compiler_error('session_rule is timeout, tracker or campaign, not ' ~ rule) }}
    {%- endif -%}
{%- endmacro %}
