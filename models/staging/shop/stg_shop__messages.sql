with

source as (

    select * from {{ source('shop', 'messages') }}

),

renamed as (

    select
        ---------- ids
        message_event_id,
        message_id,
        customer_id,
        campaign_id,

        ---------- what
        lower(channel) as channel,
        lower(action) as message_action,
        variant,

        ---------- when
        occurred_at,

        ---------- landing
        is_deleted,
        _load_id

    from source

)

select * from renamed
