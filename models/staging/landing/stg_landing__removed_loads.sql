with

source as (

    select * from {{ source('landing', 'removed_loads') }}

),

renamed as (

    select load_id

    from source

)

select * from renamed
