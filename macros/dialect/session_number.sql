{#
    A number for each session of `visitor_stream`, unique in the query: how many sessions have begun so far. Where
    windows are partitioned by visitor, the visitor is part of it.

    is_session_start: SQL expression of a boolean, true for the first event of a session.
    stream: the stream of `in_visitor_streams`; no two of them give a session the same number.
    Returns a SQL expression to group by; a bigint on DuckDB, which groups integers fastest.
#}
{% macro session_number(is_session_start, stream) -%}
    {{ return(adapter.dispatch('session_number')(is_session_start, stream)) }}
{%- endmacro %}

{% macro default__session_number(is_session_start, stream) %}
    {%- set number = "cast(" ~ _sessions_so_far(is_session_start) ~ " as " ~ dbt.type_string() ~ ")" -%}
    {{ dbt.concat(["visitor_id", "'|'", number]) }}
{%- endmacro %}

{% macro duckdb__session_number(is_session_start, stream) -%}
    cast({{ _sessions_so_far(is_session_start) }} as bigint)
    {%- if stream.count > 1 %} * {{ stream.count }} + {{ stream.nth }}{% endif %}
{%- endmacro %}

{% macro _sessions_so_far(is_session_start) -%}
    sum(case when {{ is_session_start }} then 1 else 0 end) {{ over_visitor_stream(so_far=true) }}
{%- endmacro %}
