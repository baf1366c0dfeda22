with

source as (

    select * from {{ source('landing', 'unknown_columns') }}

),

renamed as (

    select
        ---------- ids
        load_id,

        ---------- what
        source as source_name,
        table_name,
        file as file_name,
        column_name,

        ---------- when
        loaded_at

    from source

)

select * from renamed
