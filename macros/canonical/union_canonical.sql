{#
    One relation of canonical rows from several sources, with the source beside them. An event source has a staging
    model for events; an order source has one each for orders, order_lines, refunds and products; a customer or message
    source has one for customers or messages.

    table: the canonical table, for example 'orders': the models are `stg_<source>__<table>`.
    sources: list of source names, from the var of what is united, for example `order_sources`.
    columns: list of column names that each of these models has.
    Returns a SQL query (select … union all …).
#}
{% macro union_canonical(table, sources, columns) -%}
    {%- for source_name in sources %}
    select
        '{{ source_name }}' as source_name,
        {{ columns | join(',\n        ') }}
    from {{ ref('stg_' ~ source_name ~ '__' ~ table) }}
    {% if not loop.last %}union all{% endif %}
    {%- endfor -%}
{%- endmacro %}
