{{ config(materialized='incremental', incremental_strategy='append') }}

with

new_responses as (

    select * from {{ ref('int_new_message_responses') }}

)

select * from new_responses
