{{ config(materialized='view') }}

with

all_sources as (

    {{ union_sources('events') }}

)

select * from all_sources

{% if var('as_of') %}
-- where it is not set, it is the latest event at the earliest
where {{ not_after_as_of(['occurred_at']) }}
{% endif %}
