{{ config(materialized='view') }}

with

shared_visitors as (

    select * from {{ ref('stg_landing__shared_visitors') }}

)

select * from shared_visitors
