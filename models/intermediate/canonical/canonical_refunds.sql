{{ config(materialized='view') }}

with

all_sources as (

    {{ union_sources('refunds') }}

)

select * from all_sources

where {{ not_after_as_of(['refunded_at']) }}
