with

messages as (

    select * from {{ ref('canonical_messages') }}

    where {{ only_new_loads('int_messages') }}

),

latest as (

    {{ latest_version('messages', key=['source_name', 'message_event_id']) }}

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

)

select
    new_messages.*,
    {% if is_rebuilt('int_messages') %}cast(null as {{ dbt.type_string() }})
    {% else %}former.profile_id{% endif %} as former_profile_id

from new_messages

{% if not is_rebuilt('int_messages') %}
-- the message may have landed before for another customer
left join {{ existing_relation('int_messages') }} as former
    on
        new_messages.source_name = former.source_name
        and new_messages.message_event_id = former.message_event_id
{% endif %}
