{{ config(meta={'shows_rows': true, 'dagster': {'ref': {'name': 'int_purchases'}}}) }}

-- A purchase in a currency without a rate would be missing from the revenue of its session.
select
    currency,
    cast(session_started_at as date) as session_date,
    count(*) as purchase_count

from {{ ref('int_purchases') }}

where rate is null

group by currency, cast(session_started_at as date)
