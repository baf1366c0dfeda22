{{ config(materialized='view') }}

with

all_sources as (

    {{ union_sources('order_lines') }}

)

select * from all_sources

where {{ not_after_as_of(['updated_at']) }}
