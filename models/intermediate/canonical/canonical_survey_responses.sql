{{ config(materialized='view') }}

with

all_sources as (

    {{ union_sources('survey_responses') }}

)

select * from all_sources

where {{ not_after_as_of(['answered_at']) }}
