{#
    What the rule of sessions compares besides the times: the tracker's session, or the campaign.

    Returns a SQL expression of a text on the columns of `int_events`, null where the event has none.
#}
{% macro session_mark() -%}
    {%- if var('session_rule') == 'tracker' -%}
    tracker_session_id
    {%- elif var('session_rule') == 'campaign' -%}
    case
        when utm_source is not null or utm_medium is not null or utm_campaign is not null
            then {{ row_key(['utm_source', 'utm_medium', 'utm_campaign']) }}
    end
    {%- else -%}
    cast(null as {{ dbt.type_string() }})
    {%- endif -%}
{%- endmacro %}

{#
    The latest mark up to each event, in the run of events that the timeout joins. Under the rule `timeout` nothing reads
    it, and it costs nothing.

    relation: name of a relation or CTE with visitor_id, occurred_at, previous_at, session_mark and nth_in_stream.
    Returns a SQL query with the columns of the relation and mark_so_far.
#}
{% macro with_mark_so_far(relation) -%}
    {%- if var('session_rule') == 'timeout' -%}
    select
        *,
        session_mark as mark_so_far
    from {{ relation }}
    {%- else -%}
    select
        *,
        last_value(session_mark ignore nulls) over (
            partition by visitor_id, nth_run
            order by nth_in_stream
            rows between unbounded preceding and current row
        ) as mark_so_far
    from (
        select
            *,
            sum(case when {{ is_after_timeout('occurred_at', 'previous_at') }} then 1 else 0 end) over (
                partition by visitor_id
                order by nth_in_stream
                rows between unbounded preceding and current row
            ) as nth_run
        from {{ relation }}
    ) as runs
    -- for the windows along the stream
    order by nth_in_stream
    {%- endif -%}
{%- endmacro %}
