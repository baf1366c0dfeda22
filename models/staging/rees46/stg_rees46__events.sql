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
        case when event_type = 'purchase' then {{ row_key(['user_id', 'user_session']) }} end as order_id,
        product_id,

        ---------- what
        lower(event_type) as event_name,
        1 as quantity,
        price as unit_price,

        ---------- when
        event_time as occurred_at,

        ---------- landing
        _load_id

    from source

)

select * from renamed
