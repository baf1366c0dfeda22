with

messages as (

    select * from {{ ref('canonical_messages') }}

    {% if not is_rebuilt('int_messages') %}
    where _load_id > {{ last_load_id('int_messages') }}
    {% endif %}

),

latest as (

    {{ latest_version('messages', key=['source_name', 'message_event_id']) }}

)

select
    ---------- ids
    source_name,
    message_event_id,
    {{ profile_key('customer_id', 'cast(null as ' ~ dbt.type_string() ~ ')') }} as profile_id,

    ---------- what
    channel,
    message_action,
    -- a customer who was held out on purpose was sent nothing
    coalesce(variant = 'control', false) as is_held_out,

    ---------- when
    cast({{ in_business_timezone('occurred_at') }} as date) as message_date,

    ---------- landing
    _load_id as last_load_id

from latest
