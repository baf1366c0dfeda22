with

landed_files as (

    select * from {{ ref('stg_landing__landed_files') }}

),

-- a file that failed and landed later, or changed, counts by its latest load
numbered as (

    select
        *,
        row_number() over (partition by source_name, table_name, file_name order by load_id desc) as nth_latest

    from landed_files

),

totals as (

    select
        {{ dbt.concat(['source_name', "'.'", 'table_name']) }} as table_name,
        sum(rows_read) as rows_read,
        sum(rows_landed) as rows_landed,
        sum(rows_rejected) as rows_rejected,
        sum(rows_removed) as rows_removed,
        sum(rows_erased) as rows_erased,
        sum(rows_too_old) as rows_too_old,
        count(case when nth_latest = 1 and file_status = 'failed' then 1 end) as files_failed

    from numbered

    group by source_name, numbered.table_name

)

select * from totals
