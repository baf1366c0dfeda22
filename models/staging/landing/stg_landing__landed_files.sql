with

source as (

    select * from {{ source('landing', 'landed_files') }}

),

renamed as (

    select
        ---------- ids
        load_id,

        ---------- what
        source as source_name,
        table_name,
        file as file_name,
        status as file_status,
        rows_read,
        rows_landed,
        rows_rejected,
        -- of the rows that left, each counts for one reason
        rows_removed - rows_erased_since - rows_too_old as rows_removed,
        rows_erased + rows_erased_since as rows_erased,
        rows_too_old,
        reason,

        ---------- when
        loaded_at

    from source

)

select * from renamed
