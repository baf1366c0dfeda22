with

source as (

    select * from {{ source('shopify', 'orders_csv') }}

),

orders as (

    select * from {{ source('shopify', 'orders') }}

),

customers as (

    select * from {{ source('shopify', 'customers') }}

),

order_lines as (

    select * from {{ ref('base_shopify__order_lines') }}

),

products as (

    select * from {{ source('shopify', 'products') }}

),

variants as (

    {{ json_elements('products', 'variants', ['product_id']) }}

),

-- what is of the order as a whole is in its first row only
of_order as (

    select
        source.*,
        max(order_id) over of_export as order_id_in_export,
        max(email_key) over of_export as email_key_in_export,
        coalesce(max(lower(payment_method) like '%bogus%') over of_export, false) as is_test

    from source

    window of_export as (partition by order_name, _load_id)

),

known_orders as (

    select
        order_name,
        max(order_id) as order_id

    from (
        select
            order_name,
            order_id
        from orders

        union all

        select
            order_name,
            order_id
        from source
    ) as names

    where order_name is not null and order_id is not null

    group by order_name

),

-- an address that is one customer's
known_customers as (

    select
        email_key,
        max(customer_id) as customer_id

    from (
        select
            email_key,
            customer_id
        from customers

        union all

        select
            email_key,
            customer_id
        from orders
    ) as addresses

    where email_key is not null and customer_id is not null

    group by email_key

    having count(distinct customer_id) = 1

),

known_products as (

    select
        sku,
        min(product_id) as product_id

    from (
        select
            sku,
            product_id
        from order_lines

        union all

        select
            {{ json_value('element', 'sku') }} as sku,
            product_id
        from variants
    ) as articles

    where sku is not null

    group by sku

),

joined as (

    select
        ---------- ids
        -- old exports have no key of the order, only its name
        coalesce(of_order.order_id_in_export, known_orders.order_id, of_order.order_name) as order_id,
        of_order.order_name,
        coalesce(known_customers.customer_id, of_order.email_key_in_export) as customer_id,
        coalesce(known_products.product_id, of_order.line_sku, of_order.line_name, 'unknown') as product_id,

        ---------- what
        of_order.financial_status,
        of_order.source_name,
        of_order.currency,
        of_order.subtotal,
        of_order.shipping,
        of_order.taxes,
        of_order.duties,
        of_order.total,
        of_order.discount_code,
        of_order.discount_amount,
        of_order.refunded_amount,
        of_order.line_name,
        of_order.line_sku,
        of_order.vendor,
        of_order.line_quantity,
        of_order.line_price,
        coalesce(of_order.line_discount, 0) as line_discount,

        ---------- when
        of_order.created_at,
        of_order.paid_at,
        of_order.cancelled_at,

        ---------- landing
        of_order._load_id

    from of_order

    left join known_orders
        on of_order.order_name = known_orders.order_name

    left join known_customers
        on of_order.email_key_in_export = known_customers.email_key

    left join known_products
        on of_order.line_sku = known_products.sku

    where not of_order.is_test

)

-- an order that the API has, too, counts as it has it
select * from joined

where order_id not in (select orders.order_id from orders)
