{{ config(materialized='view') }}

with

events as (

    select * from {{ ref('canonical_events') }}

    where is_deleted

)

select
    visitor_id,
    event_id,
    occurred_at,
    _load_id
from events
