{{ config(materialized='view') }}

with

kept_segment_sizes as (

    select * from {{ ref('stg_landing__kept_segment_sizes') }}

)

select * from kept_segment_sizes
