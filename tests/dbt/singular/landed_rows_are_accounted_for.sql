{{ config(meta={'shows_rows': true, 'dagster': {'ref': {'name': 'row_balance'}}}) }}

-- What has landed is published or left out for a reason that has a figure; rows that are neither were lost.
select
    object_name,
    sum(case when figure = 'landed' then row_count end) as landed_count,
    sum(case when figure <> 'landed' then row_count end) as accounted_count

from {{ ref('row_balance') }}

group by object_name

having sum(case when figure = 'landed' then row_count else -row_count end) <> 0
