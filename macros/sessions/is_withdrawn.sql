{#
    Whether an event was withdrawn: a row with its visitor and event id, at most `session_timeout_minutes` before or after
    it, has is_deleted. It does not matter which landed first.

    events: name of a relation or CTE with visitor_id, event_id and occurred_at.
    Returns a SQL condition.
#}
{% macro is_withdrawn(events) -%}
    exists (
        select 1
        from {{ ref('int_event_withdrawals') }} as withdrawals
        where
            withdrawals.visitor_id = {{ events }}.visitor_id
            and withdrawals.event_id = {{ events }}.event_id
            and not {{ is_after_timeout(events ~ '.occurred_at', 'withdrawals.occurred_at') }}
            and not {{ is_after_timeout('withdrawals.occurred_at', events ~ '.occurred_at') }}
    )
{%- endmacro %}
