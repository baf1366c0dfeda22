with

source as (

    select * from {{ source('landing', 'values_left_out') }}

),

renamed as (

    select
        ---------- ids
        load_id,

        ---------- what
        source as source_name,
        table_name,
        column_name,
        value_count

    from source

)

select * from renamed
