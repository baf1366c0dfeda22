with

events as (

    select * from {{ ref('int_events') }}

)

select
    source_name,
    event_name,
    is_mapped,
    count(*) as event_count

from events

group by source_name, event_name, is_mapped
