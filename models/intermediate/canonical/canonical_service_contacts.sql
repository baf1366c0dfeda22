{{ config(materialized='view') }}

with

all_sources as (

    {{ union_sources('service_contacts') }}

)

select * from all_sources

where {{ not_after_as_of(['opened_at']) }}
