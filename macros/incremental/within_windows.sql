{#
    Whether a time lies in one of the stretches of days that all windows cover, whoever's they are. It adds
    nothing to the join with the windows but speed: the stretches are looked up beforehand and written into
    the query, so that the engine can leave out other days without reading them.

    occurred_at: SQL expression of a timestamp.
    windows: the relation of the windows, with window_start and window_end.
    Returns a SQL expression of a boolean.
#}
{% macro within_windows(occurred_at, windows) -%}
    {%- set stretches = [] -%}
    {%- if execute -%}
        {%- set stretches = run_query(_stretches_of_days(windows)).rows -%}
    {%- endif -%}
    {%- if not stretches -%}
    1 = 1
    {%- else -%}
    (
        {%- for stretch in stretches %}
        {{ occurred_at }} between
        cast('{{ stretch[0] }}' as {{ dbt.type_timestamp() }}) and cast('{{ stretch[1] }}' as {{ dbt.type_timestamp() }})
        {%- if not loop.last %} or{% endif %}
        {%- endfor %}
    )
    {%- endif -%}
{%- endmacro %}

{# A few stretches, since each is a comparison for each event: only the widest holes are left out. #}
{% macro _stretches_of_days(windows, most=20) -%}
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
    holes as (
        select
            window_start,
            window_end,
            coalesce({{ seconds_between('reached_at', 'window_start') }}, 0) as hole_seconds
        from reached
    ),
    ranked as (
        select
            *,
            row_number() over (order by hole_seconds desc, window_start) as nth_widest
        from holes
    ),
    numbered as (
        select
            *,
            sum(case when hole_seconds > 24 * 60 * 60 and nth_widest < {{ most }} then 1 else 0 end) over (
                order by window_start, window_end rows between unbounded preceding and current row
            ) as stretch
        from ranked
    )
    select
        cast(min(window_start) as {{ dbt.type_string() }}) as stretch_start,
        cast(max(window_end) as {{ dbt.type_string() }}) as stretch_end
    from numbered
    group by stretch
    order by stretch
{%- endmacro %}
