{{ config(
    materialized='incremental',
    incremental_strategy='delete+insert',
    unique_key=['source_name', 'message_event_id']
) }}

-- runs after what compares the messages with those that stand
-- depends_on: {{ ref('int_changed_profiles') }}
with

new_messages as (

    select * from {{ ref('int_new_messages') }}

)

select * from new_messages
