{#
    One row for each element of a list in a column of JSON. What is no list, and an empty list, have none.

    relation: a relation or CTE with the columns.
    list_column: name of the column of JSON.
    columns: list of the columns to keep beside the element; ['*'] for all.
    Returns a SQL query with `columns`, element (JSON) and element_number, from 1.
#}
{% macro json_elements(relation, list_column, columns) -%}
    {{ return(adapter.dispatch('json_elements')(relation, list_column, columns)) }}
{%- endmacro %}

{% macro duckdb__json_elements(relation, list_column, columns) -%}
    select
        {{ columns | join(', ') }},
        unnest(elements) as element,
        generate_subscripts(elements, 1) as element_number
    from (
        select
            {{ columns | join(', ') }},
            json_extract({{ list_column }}, '$[*]') as elements
        from {{ relation }}
    ) as listed
{%- endmacro %}
