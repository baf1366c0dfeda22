with

source as (

    select * from {{ source('rees46', 'events') }}

    where event_type = 'purchase'

),

-- identical rows are one purchase; what a user buys in one visit of the store is one order
purchases as (

    select
        ---------- ids
        {{ row_key(['user_id', 'user_session']) }} as order_id,
        user_id,
        product_id,

        ---------- what
        category_id,
        category_code,
        brand,
        price,

        ---------- when
        event_time,

        ---------- landing
        max(_load_id) as _load_id

    from source

    group by user_id, user_session, product_id, category_id, category_code, brand, price, event_time

)

select * from purchases
