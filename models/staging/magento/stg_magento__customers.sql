with

source as (

    select * from {{ source('magento', 'customers') }}

),

with_address as (

    select
        *,
        {{ json_value('addresses', '[0].country_id') }} as country,
        {{ json_value('addresses', '[0].region.region') }} as region,
        {{ json_value('addresses', '[0].city') }} as city,
        {{ json_value('addresses', '[0].postcode') }} as postal_code

    from source

),

renamed as (

    select
        ---------- ids
        customer_id,

        ---------- who
        birth_date,
        false as is_birth_date_estimated,
        case gender when '1' then 'male' when '2' then 'female' end as gender,

        ---------- where
        country,
        region,
        city,
        {{ postal_area('country', 'postal_code') }} as postal_area,

        ---------- what they asked for
        case when is_subscribed then 'email' when not is_subscribed then '' end as consents,

        ---------- when
        created_at as signed_up_at,
        updated_at,

        ---------- landing
        _load_id

    from with_address

)

select * from renamed
