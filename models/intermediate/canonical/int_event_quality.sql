{{ config(materialized='incremental', incremental_strategy='replace_loads') }}

with

events as (

    select * from {{ ref('int_events') }}

    where {{ only_changed_loads('int_event_quality') }}

)

select
    source_name,
    event_name,
    is_mapped,
    _load_id as last_load_id,
    count(*) as event_count

from events

group by source_name, event_name, is_mapped, _load_id
