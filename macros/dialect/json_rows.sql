{#
    One row for each element of a JSON list.

    relation: name of a relation or CTE.
    json: column of the relation with JSON text, a list.
    element: name of the column with the element, JSON text.
    Returns a SQL query with the columns of the relation and the element. A row whose list is missing or empty has none.
#}
{% macro json_rows(relation, json, element) -%}
    {{ return(adapter.dispatch('json_rows')(relation, json, element)) }}
{%- endmacro %}

{% macro duckdb__json_rows(relation, json, element) -%}
    select
        *,
        unnest(json_extract({{ json }}, '$[*]')) as {{ element }}
    from {{ relation }}
{%- endmacro %}
