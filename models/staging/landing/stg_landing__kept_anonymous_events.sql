with

source as (

    select * from {{ source('landing', 'kept_anonymous_events') }}

),

renamed as (

    select
        ---------- ids
        event_date,
        source_name,
        event_name,

        ---------- how many
        event_count

    from source

)

select * from renamed
