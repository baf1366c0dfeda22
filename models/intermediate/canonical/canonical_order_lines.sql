{{ config(materialized='view') }}

with

all_sources as (

    {{ union_sources('order_lines') }}

)

select * from all_sources
