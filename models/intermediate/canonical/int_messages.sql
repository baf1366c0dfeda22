{{ config(materialized='incremental', incremental_strategy='replace_messages') }}

with

messages as (

    select
        ---------- ids
        source_name,
        message_event_id,
        profile_id,

        ---------- what
        channel,
        message_action,
        is_held_out,

        ---------- when
        message_date,

        ---------- landing
        last_load_id

    from {{ ref('int_messages_this_run') }}

    where not is_removed

)

select * from messages
