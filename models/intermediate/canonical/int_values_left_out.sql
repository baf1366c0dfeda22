{{ config(materialized='view') }}

with

values_left_out as (

    select * from {{ ref('stg_landing__values_left_out') }}

),

landed_files as (

    select * from {{ ref('stg_landing__landed_files') }}

    where file_status = 'landed'

)

select
    {{ dbt.concat(['values_left_out.source_name', "'.'", 'values_left_out.table_name']) }} as table_name,
    values_left_out.column_name,
    sum(values_left_out.value_count) as value_count

from values_left_out

inner join landed_files
    on values_left_out.load_id = landed_files.load_id

group by values_left_out.source_name, values_left_out.table_name, values_left_out.column_name
