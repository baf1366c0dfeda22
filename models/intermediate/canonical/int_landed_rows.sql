{%- set instants = {
    'events': ['occurred_at'],
    'orders': ['ordered_at', 'updated_at'],
    'order_lines': ['updated_at'],
    'refunds': ['refunded_at'],
    'customers': ['signed_up_at', 'updated_at']
} -%}

with

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

select * from counted
