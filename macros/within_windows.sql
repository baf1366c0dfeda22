{#
    Whether a time lies in one of the stretches of days that all windows cover, whoever's they are. It adds
    nothing to the join with the windows but speed: the stretches are looked up beforehand and written into
    the query, so that the engine can leave out other days without reading them.

    occurred_at: SQL expression of a timestamp.
    windows: the relation of the windows, with started_at and ended_at.
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
            started_at,
            ended_at,
            max(ended_at) over (
                order by started_at, ended_at rows between unbounded preceding and 1 preceding
            ) as reached_at
        from {{ windows }}
    ),
    holes as (
        select
            started_at,
            ended_at,
            coalesce({{ seconds_between('reached_at', 'started_at') }}, 0) as hole_seconds
        from reached
    ),
    ranked as (
        select
            *,
            row_number() over (order by hole_seconds desc, started_at) as nth_widest
        from holes
    ),
    numbered as (
        select
            *,
            sum(case when hole_seconds > 24 * 60 * 60 and nth_widest < {{ most }} then 1 else 0 end) over (
                order by started_at, ended_at rows between unbounded preceding and current row
            ) as stretch
        from ranked
    )
    select
        cast(min(started_at) as {{ dbt.type_string() }}) as started_at,
        cast(max(ended_at) as {{ dbt.type_string() }}) as ended_at
    from numbered
    group by stretch
    order by stretch
{%- endmacro %}
