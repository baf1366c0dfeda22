{{ config(materialized='view') }}

with

versions as (

    select * from {{ ref('int_customer_versions') }}

    where is_latest

)

select
    customer_id,
    birth_date,
    country,
    region,
    city,
    consents,
    signed_up_at

from versions
