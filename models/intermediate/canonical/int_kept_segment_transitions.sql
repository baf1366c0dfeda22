{{ config(materialized='view') }}

with

kept_segment_transitions as (

    select * from {{ ref('stg_landing__kept_segment_transitions') }}

)

select * from kept_segment_transitions
