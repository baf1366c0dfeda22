with

source as (

    select * from {{ source('landing', 'retention_cutoffs') }}

),

renamed as (

    select
        ---------- ids
        table_name,

        ---------- when
        kept_from,
        computed_from

    from source

)

select * from renamed
