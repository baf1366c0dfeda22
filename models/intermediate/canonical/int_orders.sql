{{ config(materialized='view') }}

with

versions as (

    select * from {{ ref('int_order_versions') }}

)

-- the version as of `as_of` counts
select * from versions

where is_latest and not is_withdrawn
