{{ config(materialized='view') }}

with

all_sources as (

    {{ union_sources('loyalty_memberships') }}

)

select * from all_sources

where {{ not_after_as_of(['joined_at']) }}
