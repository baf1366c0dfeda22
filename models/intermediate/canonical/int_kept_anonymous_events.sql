{{ config(materialized='view') }}

with

kept_anonymous_events as (

    select * from {{ ref('stg_landing__kept_anonymous_events') }}

)

select * from kept_anonymous_events
