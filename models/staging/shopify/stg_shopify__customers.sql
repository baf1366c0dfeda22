with

source as (

    select * from {{ source('shopify', 'customers') }}

),

renamed as (

    select
        ---------- ids
        customer_id,

        ---------- who
        false as is_birth_date_estimated,

        ---------- where
        country,
        region,
        city,
        {{ postal_area('country', 'postal_code') }} as postal_area,

        ---------- what they asked for
        -- null where neither consent is reported: an export of some fields only says nothing
        case
            when lower(coalesce(email_state, '')) = 'subscribed' or (email_state is null and accepts_marketing)
                then case when lower(sms_state) = 'subscribed' then 'email,sms' else 'email' end
            when lower(sms_state) = 'subscribed' then 'sms'
            when email_state is not null or sms_state is not null or accepts_marketing is not null then ''
        end as consents,

        ---------- when
        created_at as signed_up_at,
        updated_at,

        ---------- landing
        _load_id

    from source

)

select * from renamed
