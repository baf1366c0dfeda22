{#
    Runs a query along `visitor_stream` once for each of several streams, which share no visitor, side by side.

    On DuckDB a sorted stream occupies one thread, with all that follows it, compression included. A stream for each
    thread occupies all of them. They are gathered before they are written, because DuckDB writes what comes straight
    from a sort in its order, one stream after the other.
    Elsewhere the engine splits the windows by itself, so there is one stream.

    Called as `{% call(stream) in_visitor_streams() %} … {% endcall %}` around the query, in which `stream.visitors` is
    the condition for the visitors of the stream, and `stream` is an argument of `session_number`.
    Returns a SQL query.
#}
{% macro in_visitor_streams() -%}
    {{ return(adapter.dispatch('in_visitor_streams')(caller)) }}
{%- endmacro %}

{% macro default__in_visitor_streams(query) -%}
    {{ query({'visitors': 'true', 'nth': 0, 'count': 1}) }}
{%- endmacro %}

{% macro duckdb__in_visitor_streams(query) -%}
    {%- set count = var('visitor_streams') or env_var('KLANTBEELD_THREADS', '2') | int -%}
    {%- if count == 1 -%}
    {{ default__in_visitor_streams(query) }}
    {%- else -%}
    with

    streams as materialized (
        {% for nth in range(count) %}
        select *
        from (
            {{ query({'visitors': 'hash(visitor_id) % ' ~ count ~ ' = ' ~ nth, 'nth': nth, 'count': count}) }}
        ) as stream_{{ nth }}
        {% if not loop.last %}union all{% endif %}
        {% endfor %}
    )

    select * from streams
    {%- endif -%}
{%- endmacro %}
