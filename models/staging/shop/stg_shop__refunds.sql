with

source as (

    select * from {{ source('shop', 'refunds') }}

),

renamed as (

    select
        ---------- ids
        refund_id,
        order_id,
        line_number,

        ---------- what
        amount,
        reason,

        ---------- when
        refunded_at,

        ---------- landing
        is_deleted,
        _load_id

    from source

)

select * from renamed
