{#
    The latest version of each key: the row that landed last. Of several in one load it is always the same one, whatever
    the order of the rows. A key whose latest version withdraws it has none.

    relation: name of a relation or CTE with the columns _load_id and is_deleted.
    key: list of SQL expressions that identify a row.
    with_withdrawn: whether a version that withdraws its key is a result, too.
    Returns a SQL query with the columns of the relation, and `nth_latest`, which is 1.
#}
{% macro latest_version(relation, key, with_withdrawn=false) -%}
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
    where nth_latest = 1{% if not with_withdrawn %} and not coalesce(is_deleted, false){% endif %}

{%- endmacro %}
