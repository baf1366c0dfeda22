with

landed_files as (

    select * from {{ ref('stg_landing__landed_files') }}

    where file_status = 'landed'

),

unknown_columns as (

    select * from {{ ref('stg_landing__unknown_columns') }}

),

counted as (

    select
        {{ dbt.concat(['unknown_columns.source_name', "'.'", 'unknown_columns.table_name']) }} as table_name,
        unknown_columns.column_name,
        count(*) as file_count

    from unknown_columns

    inner join landed_files
        on unknown_columns.load_id = landed_files.load_id

    group by unknown_columns.source_name, unknown_columns.table_name, unknown_columns.column_name

)

select * from counted
