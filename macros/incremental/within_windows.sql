{#
    Whether a time is in one of the spans of days that the windows of all visitors cover. Beside a join with the windows
    it only adds speed: the spans are looked up when the query is compiled and written into it, so that the engine can
    skip other days without reading them.

    occurred_at: SQL expression of a timestamp.
    windows: the relation of the windows, with window_start and window_end.
    Returns a SQL expression of a boolean.
#}
{% macro within_windows(occurred_at, windows) -%}
    {%- set spans = [] -%}
    {%- if execute -%}
        {%- set spans = run_query(_spans_of_days(windows)).rows -%}
    {%- endif -%}
    {%- if not spans -%}
    1 = 1
    {%- else -%}
    (
        {%- for span in spans %}
        {{ occurred_at }} between
        cast('{{ span[0] }}' as {{ dbt.type_timestamp() }}) and cast('{{ span[1] }}' as {{ dbt.type_timestamp() }})
        {%- if not loop.last %} or{% endif %}
        {%- endfor %}
    )
    {%- endif -%}
{%- endmacro %}

{# At most a few spans, since each is a comparison for each event: only the widest gaps between windows are skipped. #}
{% macro _spans_of_days(windows, most=20) -%}
    with
    reached as (
        select
            window_start,
            window_end,
            max(window_end) over (
                order by window_start, window_end rows between unbounded preceding and 1 preceding
            ) as reached_at
        from {{ windows }}
    ),
    gaps as (
        select
            window_start,
            window_end,
            coalesce({{ seconds_between('reached_at', 'window_start') }}, 0) as gap_seconds
        from reached
    ),
    ranked as (
        select
            *,
            row_number() over (order by gap_seconds desc, window_start) as nth_widest
        from gaps
    ),
    numbered as (
        select
            *,
            sum(case when gap_seconds > 24 * 60 * 60 and nth_widest < {{ most }} then 1 else 0 end) over (
                order by window_start, window_end rows between unbounded preceding and current row
            ) as span
        from ranked
    )
    select
        cast(min(window_start) as {{ dbt.type_string() }}) as span_start,
        cast(max(window_end) as {{ dbt.type_string() }}) as span_end
    from numbered
    group by span
    order by span
{%- endmacro %}
