with

source as (

    select * from {{ source('landing', 'removed_events') }}

),

renamed as (

    select
        ---------- ids
        load_id,
        visitor_id,

        ---------- when
        occurred_at

    from source

)

select * from renamed
