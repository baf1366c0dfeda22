with

events as (

    select * from {{ source('ga4', 'events') }}

    where lower(_file) not like '%intraday%'

)

select
    event_date,
    -- of a day that has several files, the first that landed
    min(_load_id) as first_load_id

from events

group by event_date
