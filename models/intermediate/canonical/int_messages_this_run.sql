with

messages as (

    select * from {{ ref('canonical_messages') }}

    -- where rows were removed, an older version may be the latest again: all messages are compared
    where {{ only_new_loads('int_messages') }} or {{ rows_were_removed('int_messages') }}

),

latest as (

    {{ latest_version('messages', key=['source_name', 'message_event_id'], with_withdrawn=true) }}

),

new_messages as (

    select
        ---------- ids
        source_name,
        message_event_id,
        {{ profile_key('customer_id', 'cast(null as ' ~ dbt.type_string() ~ ')') }} as profile_id,

        ---------- what
        channel,
        message_action,
        -- the control group was sent nothing, on purpose
        coalesce(variant = 'control', false) as is_held_out,

        ---------- when
        cast({{ in_business_timezone('occurred_at') }} as date) as message_date,

        ---------- landing
        _load_id as last_load_id

    from latest

    where not coalesce(is_deleted, false)

),

existing as (

    {% if is_rebuilt('int_messages') %}
    select * from new_messages
    where 1 = 0
    {% else %}
    select * from {{ existing_relation('int_messages') }}
    {% endif %}

),

changed as (

    select * from new_messages

    except

    select * from existing

)

select
    changed.*,
    false as is_removed,
    -- the message may have landed before for another customer
    existing.profile_id as former_profile_id

from changed

left join existing
    on
        changed.source_name = existing.source_name
        and changed.message_event_id = existing.message_event_id

union all

select
    existing.*,
    true as is_removed,
    existing.profile_id as former_profile_id

from existing

left join latest
    on
        existing.source_name = latest.source_name
        and existing.message_event_id = latest.message_event_id

where
    coalesce(latest.is_deleted, false)
    or ({{ rows_were_removed('int_messages') }} and latest.message_event_id is null)
