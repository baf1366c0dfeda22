{{ config(materialized='view') }}

with

versions as (

    select * from {{ ref('int_order_versions') }}

)

-- what an order was as of then, counts
select * from versions

where is_latest
