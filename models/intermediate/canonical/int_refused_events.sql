{{ config(materialized='view') }}

with

events as (

    select * from {{ ref('canonical_events') }}

    where not has_consent and not coalesce(is_deleted, false)

)

select
    source_name,
    event_name,
    cast({{ in_business_timezone('occurred_at') }} as date) as event_date
from events
