{{ config(materialized='view') }}

with

all_sources as (

    {{ union_sources('customers') }}

)

select * from all_sources

where {{ not_after_as_of(['signed_up_at', 'updated_at']) }}
