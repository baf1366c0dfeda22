with

source as (

    select * from {{ source('rees46', 'events') }}

),

renamed as (

    select
        ---------- ids
        -- the format has no event id: identical rows are one event
        {{ row_key([
            'event_time', 'event_type', 'product_id', 'category_id', 'category_code', 'brand', 'price',
            'user_id', 'user_session'
        ]) }} as event_id,
        user_id as visitor_id,
        cast(null as {{ dbt.type_string() }}) as customer_id,
        case when event_type = 'purchase' then {{ row_key(['user_id', 'user_session']) }} end as order_id,
        product_id,

        ---------- what
        lower(trim(event_type)) as event_name,
        cast(null as {{ dbt.type_string() }}) as page_url,
        cast(null as {{ dbt.type_string() }}) as referrer_url,
        1 as quantity,
        price as unit_price,
        cast(null as {{ dbt.type_string() }}) as currency,

        ---------- where from
        cast(null as {{ dbt.type_string() }}) as utm_source,
        cast(null as {{ dbt.type_string() }}) as utm_medium,
        cast(null as {{ dbt.type_string() }}) as utm_campaign,
        cast(null as {{ dbt.type_string() }}) as device_type,
        cast(null as {{ dbt.type_string() }}) as browser,
        cast(null as {{ dbt.type_string() }}) as user_agent,
        cast(null as {{ dbt.type_string() }}) as country,

        ---------- when
        event_time as occurred_at,

        ---------- landing
        _load_id

    from source

)

select * from renamed
