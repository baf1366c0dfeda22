{{ config(materialized='view') }}

with

kept_micro_segment_sizes as (

    select * from {{ ref('stg_landing__kept_micro_segment_sizes') }}

)

select * from kept_micro_segment_sizes
