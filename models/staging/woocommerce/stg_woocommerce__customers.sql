with

source as (

    select * from {{ source('woocommerce', 'customers') }}

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

        ---------- when
        coalesce(date_created_gmt, date_created) as signed_up_at,
        coalesce(date_modified_gmt, date_modified) as updated_at,

        ---------- landing
        _load_id

    from source

)

select * from renamed
