with

purchases as (

    select distinct
        user_id,
        user_session,
        event_time,
        product_id,
        category_id,
        category_code,
        brand,
        price

    from {{ source('rees46', 'events') }}

    where event_type = 'purchase'

),

order_lines as (

    select
        ---------- ids
        {{ row_key(['user_id', 'user_session']) }} as order_id,
        row_number() over (
            partition by user_id, user_session
            order by event_time, product_id, price, category_id, category_code, brand
        ) as line_number,
        product_id,

        ---------- what
        1 as quantity,
        price as unit_price,
        cast(0 as decimal(18, 4)) as discount_amount,

        ---------- landing
        cast(0 as bigint) as _load_id

    from purchases

)

select * from order_lines
