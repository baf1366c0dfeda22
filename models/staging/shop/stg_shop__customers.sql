with

source as (

    select * from {{ source('shop', 'customers') }}

),

renamed as (

    select
        ---------- ids
        customer_id,

        ---------- who
        birth_date,
        false as is_birth_date_estimated,
        gender,
        education,
        occupation,
        income_band,
        marital_status,
        household_size,
        children,
        life_stage,
        social_followers,

        ---------- where
        country,
        region,
        city,
        urbanity,
        {{ postal_area('country', 'postal_code') }} as postal_area,

        ---------- what they asked for
        preferred_channel,
        consents,
        loyalty_tier,

        ---------- when
        signed_up_at,
        updated_at,

        ---------- landing
        is_deleted,
        _load_id

    from source

)

select * from renamed
