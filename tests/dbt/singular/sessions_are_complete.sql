{{ config(meta={'shows_rows': true, 'dagster': {'ref': {'name': 'sessions'}}}) }}

-- These tables are inner joined on the session, so a session that one of them lacks would disappear without an error.
-- The sum of the start times is compared as well as the count, because a leftover session could offset a missing one.
with

counted as (

    {% for name in ['int_session_totals', 'int_session_starts', 'int_session_profiles', 'int_session_classes', 'sessions'] %}
    select
        '{{ name }}' as table_name,
        count(*) as session_count,
        -- remainders, so that a sum of millions is a bigint
        coalesce(sum(mod({{ epoch_microseconds('started_at') }}, 1000003)), 0) as sum_of_starts
    from {{ ref(name) }}
    {% if not loop.last %}
    union all
    {% endif %}
    {% endfor %}

),

expected as (

    select * from counted

    where table_name = 'int_session_totals'

)

select
    counted.table_name,
    counted.session_count,
    expected.session_count as expected_session_count

from counted

cross join expected

where
    counted.session_count <> expected.session_count
    or counted.sum_of_starts <> expected.sum_of_starts
