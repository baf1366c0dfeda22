{#
    Whether a row of `int_event_withdrawals`, with the alias `withdrawals`, withdraws an event: it has the event's visitor
    and id, and is at most `session_timeout_minutes` before or after it. It does not matter which landed first.

    For a join: DuckDB answers `not exists` by a hash table of all events, and a join that finds nothing by next to nothing.
    Comparisons of a column of each side only: with any other condition DuckDB compares each event with each withdrawal.

    events: name of a relation or CTE with visitor_id, event_id and occurred_at.
    Returns a SQL condition.
#}
{% macro is_withdrawal_of(events) -%}
    {%- set timeout = "interval '" ~ var('session_timeout_minutes') | int ~ "' minute" -%}
    withdrawals.visitor_id = {{ events }}.visitor_id
    and withdrawals.event_id = {{ events }}.event_id
    and {{ events }}.occurred_at >= withdrawals.occurred_at - {{ timeout }}
    and {{ events }}.occurred_at <= withdrawals.occurred_at + {{ timeout }}
{%- endmacro %}
