{#
    One row for each part of a text. A text that is null has none.

    relation: a relation or CTE with the columns.
    text_column: name of the column of text.
    separator: the text between two parts.
    columns: list of the columns to keep beside the part.
    Returns a SQL query with `columns`, part and part_number, from 1.
#}
{% macro rows_of_parts(relation, text_column, separator, columns) -%}
    {{ return(adapter.dispatch('rows_of_parts')(relation, text_column, separator, columns)) }}
{%- endmacro %}

{% macro duckdb__rows_of_parts(relation, text_column, separator, columns) -%}
    select
        {{ columns | join(', ') }},
        unnest(parts) as part,
        generate_subscripts(parts, 1) as part_number
    from (
        select
            {{ columns | join(', ') }},
            string_split({{ text_column }}, '{{ separator }}') as parts
        from {{ relation }}
    ) as split_texts
{%- endmacro %}
