with

source as (

    select * from {{ source('shop', 'service_contacts') }}

),

renamed as (

    select
        ---------- ids
        contact_id,
        customer_id,

        ---------- what
        lower(channel) as channel,
        handling_minutes,
        effort_score,
        topic,
        cost,

        ---------- when
        opened_at,
        closed_at,

        ---------- landing
        is_deleted,
        _load_id

    from source

)

select * from renamed
