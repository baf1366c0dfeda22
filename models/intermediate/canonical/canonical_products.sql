{{ config(materialized='view') }}

with

all_sources as (

    {{ union_sources('products') }}

)

select * from all_sources
