with

messages as (
    {{ union_canonical('messages', var('message_sources'), [
        'message_event_id', 'message_id', 'customer_id', 'channel', 'message_action', 'variant', 'occurred_at',
        '_load_id'
    ]) }}
),

as_of as (

    select * from {{ ref('int_as_of') }}

),

numbered as (

    select
        *,
        row_number() over (
            partition by source_name, message_event_id
            order by
                _load_id desc,
                -- two rows of one file: any, but always the same
                occurred_at desc,
                customer_id desc,
                channel desc,
                message_action desc,
                variant desc,
                message_id desc
        ) as nth_latest

    from messages

    where
        occurred_at <= (select as_of.as_of from as_of)
        and {{ only_new_loads('int_messages') }}

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

    from numbered

    where nth_latest = 1

)

select
    new_messages.*,
    {% if is_rebuilt('int_messages') %}
    cast(null as {{ dbt.type_string() }}) as former_profile_id

from new_messages

    {% else %}
    -- the message may have landed before for another customer
    former.profile_id as former_profile_id

from new_messages

left join {{ existing_relation('int_messages') }} as former
    on
        new_messages.source_name = former.source_name
        and new_messages.message_event_id = former.message_event_id

    {% endif %}
