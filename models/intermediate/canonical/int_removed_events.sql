{{ config(materialized='view') }}

with

removed_events as (

    select * from {{ ref('stg_landing__removed_events') }}

)

select
    visitor_id,
    occurred_at
from removed_events
