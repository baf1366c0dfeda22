{{ config(materialized='view') }}

with

all_sources as (

    {{ union_sources('events') }}

)

select * from all_sources

where {{ not_after_as_of(['occurred_at']) }}
