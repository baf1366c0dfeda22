with

purchases as (

    select * from {{ ref('base_rees46__purchases') }}

),

orders as (

    select
        ---------- ids
        order_id,
        user_id as customer_id,
        user_id as visitor_id,

        ---------- what
        'completed' as order_status,
        'online' as sales_channel,
        false as is_gift,
        cast(sum(price) as decimal(19, 4)) as gross_amount,
        cast(0 as decimal(19, 4)) as discount_amount,

        ---------- when
        min(event_time) as ordered_at,
        max(event_time) as updated_at,

        ---------- landing
        max(_load_id) as _load_id

    from purchases

    group by order_id, user_id

)

select * from orders
