with

source as (

    select * from {{ source('segment', 'events') }}

),

-- warehouses have a table for each kind of call, and one for each event
calls as (

    select
        *,
        case
            when lower(call_type) in ('track', 'page', 'screen', 'identify', 'group', 'alias') then lower(call_type)
            when coalesce(event, event_text) is not null then 'track'
            when url is not null then 'page'
            else 'identify'
        end as call_kind

    from source

)

select
    *,
    case
        -- `order_completed` is the table of Order Completed
        when call_kind = 'track' then replace(lower(coalesce(event_text, event, 'unknown')), '_', ' ')
        else call_kind
    end as event_name
from calls
