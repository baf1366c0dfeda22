-- One row per build since the table was last rebuilt.
{{ config(materialized='incremental') }}

select '{{ invocation_id }}' as build_id, count(*) as kind_count from {{ ref('kinds') }}
