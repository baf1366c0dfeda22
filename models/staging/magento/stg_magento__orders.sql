with

orders as (

    select * from {{ ref('base_magento__orders') }}

),

lines_of_orders as (

    select
        order_id,
        reported_at,
        _load_id,
        sum(gross_amount) as gross_amount,
        sum(discount_amount) as discount_amount

    from {{ ref('base_magento__order_lines') }}

    group by order_id, reported_at, _load_id

),

renamed as (

    select
        ---------- ids
        orders.order_id,
        case when not coalesce(orders.customer_is_guest, false) then orders.customer_id end as customer_id,

        ---------- what
        case
            -- all of it is on credit memos
            when lower(orders.state) = 'closed' then 'refunded'
            when lower(orders.status) = 'fraud' then 'fraud'
            -- a shop can name its own statuses, but no states
            else coalesce(lower(orders.state), lower(orders.status), 'new')
        end as order_status,
        'online' as sales_channel,
        orders.coupon_code,
        false as is_gift,
        orders.base_currency_code as currency,
        cast(coalesce(lines_of_orders.gross_amount, orders.base_subtotal, 0) as decimal(19, 4)) as gross_amount,
        cast(
            coalesce(
                lines_of_orders.discount_amount,
                -orders.base_discount_amount - coalesce(orders.base_discount_tax_compensation_amount, 0)
                - coalesce(orders.base_shipping_discount_amount, 0),
                0
            ) as decimal(19, 4)
        ) as discount_amount,
        cast(
            coalesce(orders.base_shipping_amount, 0) - coalesce(orders.base_shipping_discount_amount, 0)
            + coalesce(orders.base_shipping_discount_tax_compensation_amnt, 0) as decimal(19, 4)
        ) as shipping_amount,
        orders.base_tax_amount as tax_amount,

        ---------- when
        orders.created_at as ordered_at,
        orders.updated_at,

        ---------- landing
        orders._load_id

    from orders

    left join lines_of_orders
        on
            orders.order_id = lines_of_orders.order_id
            and orders.reported_at = lines_of_orders.reported_at
            and orders._load_id = lines_of_orders._load_id

)

select * from renamed
