{{ config(materialized='view') }}

with

all_sources as (

    {{ union_sources('orders') }}

)

select * from all_sources

where {{ not_after_as_of(['ordered_at', 'updated_at']) }}
