{{ config(materialized='incremental', incremental_strategy='append') }}

with

events as (

    select * from {{ ref('int_events') }}

    {% if is_incremental() %}
    where _load_id > {{ last_load_id('int_event_quality') }}
    {% endif %}

)

select
    source_name,
    event_name,
    is_mapped,
    _load_id as last_load_id,
    count(*) as event_count

from events

group by source_name, event_name, is_mapped, _load_id
