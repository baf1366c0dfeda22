with

orders as (

    select * from {{ ref('base_shopify__orders') }}

),

csv_orders as (

    select * from {{ ref('base_shopify__csv_orders') }}

),

lines_of_orders as (

    select
        order_id,
        reported_at,
        _load_id,
        sum(quantity * price) as goods,
        sum(discount) as discount,
        sum(gross_amount) as gross_amount,
        sum(discount_amount) as discount_amount

    from {{ ref('base_shopify__order_lines') }}

    group by order_id, reported_at, _load_id

),

with_amounts as (

    select
        orders.*,
        -- without lines, the value of the goods is known after discount only
        coalesce(lines_of_orders.gross_amount, orders.subtotal_price, 0) as gross_amount,
        case
            when lines_of_orders.discount > 0 then lines_of_orders.discount_amount
            -- no line has its part of the discount
            when lines_of_orders.goods > orders.subtotal_price
                then
                    (lines_of_orders.goods - orders.subtotal_price)
                    * lines_of_orders.gross_amount / lines_of_orders.goods
            else 0
        end as discount_amount,
        coalesce(
            {{ json_sum('orders.shipping_lines', '', 'discounted_price') }},
            {{ json_sum('orders.shipping_lines', '', 'price') }},
            0
        ) as shipping,
        case
            when orders.taxes_included
                then coalesce({{ json_sum('orders.shipping_lines', '[*].tax_lines', 'price') }}, 0)
            else 0
        end as tax_in_shipping

    from orders

    left join lines_of_orders
        on
            orders.order_id = lines_of_orders.order_id
            and orders.reported_at = lines_of_orders.reported_at
            and orders._load_id = lines_of_orders._load_id

),

from_api as (

    select
        ---------- ids
        order_id,
        customer_id,

        ---------- what
        cancelled_at is not null as is_cancelled,
        financial_status,
        source_name,
        {{ json_value('discount_codes', '[0].code') }} as coupon_code,
        currency,
        cast(gross_amount as decimal(19, 4)) as gross_amount,
        cast(discount_amount as decimal(19, 4)) as discount_amount,
        cast(shipping - tax_in_shipping as decimal(19, 4)) as shipping_amount,
        total_tax as tax_amount,

        ---------- when
        coalesce(processed_at, created_at) as ordered_at,
        updated_at,

        ---------- landing
        _load_id

    from with_amounts

),

from_csv as (

    select
        ---------- ids
        order_id,
        customer_id,

        ---------- what
        cancelled_at is not null as is_cancelled,
        financial_status,
        source_name,
        trim({{ dbt.split_part('discount_code', "','", 1) }}) as coupon_code,
        currency,
        gross_amount,
        discount_amount,
        shipping_amount,
        cast(taxes as decimal(19, 4)) as tax_amount,

        ---------- when
        ordered_at,
        cast(null as timestamp) as updated_at,

        ---------- landing
        _load_id

    from csv_orders

),

all_orders as (

    select * from from_api

    union all

    select * from from_csv

),

renamed as (

    select
        ---------- ids
        order_id,
        customer_id,

        ---------- what
        case when is_cancelled then 'cancelled' else coalesce(lower(financial_status), 'pending') end as order_status,
        case when lower(source_name) = 'pos' then 'store' else 'online' end as sales_channel,
        nullif(coupon_code, '') as coupon_code,
        false as is_gift,
        currency,
        gross_amount,
        discount_amount,
        shipping_amount,
        tax_amount,

        ---------- when
        ordered_at,
        updated_at,

        ---------- landing
        _load_id

    from all_orders

)

select * from renamed
