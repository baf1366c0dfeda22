with

source as (

    select * from {{ source('shop', 'loyalty_memberships') }}

),

renamed as (

    select
        ---------- ids
        customer_id,

        ---------- what
        program,
        tier,

        ---------- when
        joined_at,
        left_at,

        ---------- landing
        is_deleted,
        _load_id

    from source

)

select * from renamed
