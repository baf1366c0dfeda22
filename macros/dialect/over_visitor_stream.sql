{#
    The window of a function along `visitor_stream`. On some engines it looks beyond the visitor, so its result must
    be compared with the visitor: `lag(visitor_id)` beside `lag(occurred_at)`.

    so_far: true for a window over all rows up to the current one, false for a neighbour.
    Returns a SQL window clause.
#}
{% macro over_visitor_stream(so_far=false) -%}
    {{ return(adapter.dispatch('over_visitor_stream')(so_far)) }}
{%- endmacro %}

{% macro default__over_visitor_stream(so_far) -%}
    over (
        partition by visitor_id
        order by
            occurred_at, event_id, reported_at, _load_id desc, product_id nulls last, {{ event_payload_columns() }}
        {% if so_far %}rows between unbounded preceding and current row{% endif %}
    )
{%- endmacro %}

{% macro duckdb__over_visitor_stream(so_far) -%}
    over ({% if so_far %}rows between unbounded preceding and current row{% endif %})
{%- endmacro %}
