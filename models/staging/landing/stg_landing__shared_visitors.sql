with

source as (

    select * from {{ source('landing', 'shared_visitors') }}

),

renamed as (

    select visitor_id

    from source

)

select * from renamed
