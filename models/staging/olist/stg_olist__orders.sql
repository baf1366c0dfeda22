with

source as (

    select * from {{ source('olist', 'orders') }}

),

-- a file of items lands again as a whole
items as (

    select
        order_id,
        order_item_id,
        max(price) as price,
        max(freight_value) as freight_value

    from {{ source('olist', 'order_items') }}

    group by order_id, order_item_id

),

goods as (

    select
        order_id,
        sum(price) as gross_amount,
        sum(freight_value) as shipping_amount

    from items

    group by order_id

),

-- an order has a key of its customer that no other order has
persons as (

    select
        customer_id,
        max(customer_unique_id) as customer_unique_id

    from {{ source('olist', 'customers') }}

    group by customer_id

),

renamed as (

    select
        ---------- ids
        source.order_id,
        persons.customer_unique_id as customer_id,

        ---------- what
        lower(source.order_status) as order_status,
        'online' as sales_channel,
        false as is_gift,
        'BRL' as currency,
        -- orders that were called off early have no items
        cast(coalesce(goods.gross_amount, 0) as decimal(19, 4)) as gross_amount,
        cast(0 as decimal(19, 4)) as discount_amount,
        cast(goods.shipping_amount as decimal(19, 4)) as shipping_amount,

        ---------- when
        source.order_purchase_timestamp as ordered_at,

        ---------- landing
        source._load_id

    from source

    left join goods
        on source.order_id = goods.order_id

    left join persons
        on source.customer_id = persons.customer_id

)

select * from renamed
