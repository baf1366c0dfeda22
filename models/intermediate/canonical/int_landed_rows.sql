{%- set instants = {
    'events': ['occurred_at'],
    'orders': ['ordered_at', 'updated_at'],
    'order_lines': ['updated_at'],
    'refunds': ['refunded_at'],
    'customers': ['signed_up_at', 'updated_at']
} -%}

with

-- rows that a changed or retracted file no longer brings, those of erased persons, and those that are too old
gone as (

    select
        table_name as object_name,
        sum(rows_removed) as removed_count,
        sum(rows_erased) as erased_count,
        sum(rows_too_old) as too_old_count

    from {{ ref('stg_landing__landed_files') }}

    group by table_name

),

counted as (

    {% for object_name, columns in instants.items() %}
    select
        '{{ object_name }}' as object_name,
        count(*) as row_count,
        count(case when not ({{ not_after_as_of(columns) }}) then 1 end) as later_count
    from (
        {{ union_sources(object_name) }}
    ) as {{ object_name }}
    {% if not loop.last %}union all{% endif %}
    {% endfor %}

)

select
    counted.object_name,
    counted.row_count + coalesce(gone.removed_count + gone.erased_count + gone.too_old_count, 0) as row_count,
    counted.later_count,
    coalesce(gone.removed_count, 0) as removed_count,
    coalesce(gone.erased_count, 0) as erased_count,
    coalesce(gone.too_old_count, 0) as too_old_count

from counted

left join gone
    on counted.object_name = gone.object_name
