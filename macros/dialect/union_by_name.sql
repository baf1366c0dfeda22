{#
    Rows of several queries one below the other, matched by column name. A column that a query lacks is null.

    columns: dict of columns by name, each with name and data_type; the result begins with them, in this order. Where it
        is empty, as in unit tests, to which dbt does not show the graph, the columns are those of the queries.
    queries: list of SQL queries.
    Returns a SQL query. On DuckDB it also has the columns of the queries that are not among `columns`.
    Raises a compilation error for such a column on other engines.
#}
{% macro union_by_name(columns, queries) -%}
    {{ return(adapter.dispatch('union_by_name')(columns, queries)) }}
{%- endmacro %}

{% macro default__union_by_name(columns, queries) -%}
    {{ _no_rows(columns) }}
    {%- for query in queries -%}
        {#- dbt knows no columns while it parses -#}
        {%- set given = (get_column_schema_from_query(query) or []) | map(attribute='name') | map('lower') | list -%}
        {%- for name in given if name not in columns -%}
            {{ exceptions.raise_compiler_error('There is no column `' ~ name ~ '` for this: ' ~ query) }}
        {%- endfor %}
    union all
    select
        {% for column in columns.values() -%}
        cast({{ column.name if column.name in given else 'null' }} as {{ column.data_type }}) as {{ column.name }}
        {%- if not loop.last %},
        {% endif %}
        {%- endfor %}
    from ({{ query }}) as given_rows
    {%- endfor %}
{%- endmacro %}

{% macro duckdb__union_by_name(columns, queries) -%}
    {{ (([_no_rows(columns)] if columns else []) + queries) | join('\n    union all by name\n    ') }}
{%- endmacro %}

{% macro _no_rows(columns) -%}
    {{ get_empty_schema_sql(columns) }}
    where 1 = 0
{%- endmacro %}
