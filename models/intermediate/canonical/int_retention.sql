{{ config(materialized='view') }}

with

cutoffs as (

    select * from {{ ref('stg_landing__retention_cutoffs') }}

)

select
    table_name,
    cast({{ in_business_timezone('kept_from') }} as date) as kept_from_date,
    computed_from
from cutoffs
