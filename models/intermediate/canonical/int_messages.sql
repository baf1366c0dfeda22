{{ config(
    materialized='incremental',
    incremental_strategy='delete+insert',
    unique_key=['source_name', 'message_event_id']
) }}

-- runs after what compares the messages with those that stand
-- depends_on: {{ ref('int_profiles_this_run') }}
with

new_messages as (

    select * from {{ ref('int_messages_this_run') }}

)

select * from new_messages
