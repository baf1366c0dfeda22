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

-- the format has no orders: what a user buys in one visit of the store is one
orders as (

    select
        ---------- ids
        {{ row_key(['user_id', 'user_session']) }} as order_id,
        user_id as customer_id,
        user_id as visitor_id,

        ---------- what
        'completed' as order_status,
        'online' as sales_channel,
        cast(null as {{ dbt.type_string() }}) as coupon_code,
        false as is_gift,
        cast(null as {{ dbt.type_string() }}) as currency,
        cast(sum(price) as decimal(18, 4)) as gross_amount,
        cast(0 as decimal(18, 4)) as discount_amount,

        ---------- when
        min(event_time) as ordered_at,
        max(event_time) as updated_at,

        ---------- landing
        cast(0 as bigint) as _load_id

    from purchases

    group by user_id, user_session

)

select * from orders
