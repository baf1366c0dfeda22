{#
    The latest version of each key: the row that landed last. Of several in one load it is always the same one, whatever
    the order of the rows.

    relation: name of a relation or CTE with the column _load_id.
    key: list of SQL expressions that identify a row.
    Returns a SQL query with the columns of the relation, and `nth_latest`, which is 1.
#}
{% macro latest_version(relation, key) -%}
    select *
    from (
        select
            *,
            row_number() over (
                partition by {{ key | join(', ') }}
                order by _load_id desc, {{ row_order('landed') }}
            ) as nth_latest
        from {{ relation }} as landed
    ) as versions
    where nth_latest = 1
{%- endmacro %}
