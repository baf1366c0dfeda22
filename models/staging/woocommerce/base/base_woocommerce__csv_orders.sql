with

source as (

    select * from {{ source('woocommerce', 'orders_csv') }}

),

orders as (

    select order_id from {{ source('woocommerce', 'orders') }}

),

numbered as (

    select
        *,
        row_number() over (
            partition by order_id, _load_id
            order by {{ row_order('source') }}
        ) as nth_copy

    from source

)

-- an order that the API has, too, counts as it has it
select * from numbered

where nth_copy = 1 and order_id not in (select orders.order_id from orders)
