with

source as (

    select * from {{ source('shop', 'erasure_requests') }}

),

renamed as (

    select
        ---------- ids
        customer_id,
        visitor_id,

        ---------- when
        requested_at,

        ---------- landing
        _load_id

    from source

)

select * from renamed
