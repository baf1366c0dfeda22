with

orders as (

    select * from {{ ref('base_woocommerce__orders') }}

),

csv_orders as (

    select * from {{ ref('base_woocommerce__csv_orders') }}

),

lines_of_orders as (

    select
        order_id,
        reported_at,
        _load_id,
        sum(gross_amount) as gross_amount,
        sum(discount_amount) as discount_amount

    from {{ ref('base_woocommerce__order_lines') }}

    group by order_id, reported_at, _load_id

),

lines_of_csv_orders as (

    select
        order_id,
        _load_id,
        sum(gross_amount) as gross_amount,
        sum(discount_amount) as discount_amount

    from {{ ref('base_woocommerce__csv_lines') }}

    group by order_id, _load_id

),

fees as (

    {{ json_elements('orders', 'fee_lines', ['order_id', 'reported_at', '_load_id']) }}

),

fees_of_orders as (

    select
        order_id,
        reported_at,
        _load_id,
        sum(greatest({{ json_value('element', 'total', 'decimal(19, 4)') }}, 0)) as charged,
        -sum(least({{ json_value('element', 'total', 'decimal(19, 4)') }}, 0)) as taken_off

    from fees

    group by order_id, reported_at, _load_id

),

from_api as (

    select
        ---------- ids
        orders.order_id,
        orders.customer_id,

        ---------- what
        orders.status,
        orders.created_via,
        {{ json_value('orders.coupon_lines', '[0].code') }} as coupon_code,
        orders.currency,
        -- without lines, what is left of the total
        coalesce(
            lines_of_orders.gross_amount,
            orders.total - coalesce(orders.total_tax, 0) - coalesce(orders.shipping_total, 0)
            - coalesce(fees_of_orders.charged, 0) + coalesce(fees_of_orders.taken_off, 0)
            + coalesce(orders.discount_total, 0),
            0
        ) as gross_amount,
        coalesce(lines_of_orders.discount_amount, orders.discount_total, 0)
        + coalesce(fees_of_orders.taken_off, 0) as discount_amount,
        coalesce(orders.shipping_total, 0) + coalesce(fees_of_orders.charged, 0) as shipping_amount,
        orders.total_tax as tax_amount,

        ---------- when
        orders.ordered_at,
        orders.reported_at as updated_at,

        ---------- landing
        orders._load_id

    from orders

    left join lines_of_orders
        on
            orders.order_id = lines_of_orders.order_id
            and orders.reported_at = lines_of_orders.reported_at
            and orders._load_id = lines_of_orders._load_id

    left join fees_of_orders
        on
            orders.order_id = fees_of_orders.order_id
            and orders.reported_at = fees_of_orders.reported_at
            and orders._load_id = fees_of_orders._load_id

),

from_csv as (

    select
        ---------- ids
        csv_orders.order_id,
        csv_orders.customer_id,

        ---------- what
        csv_orders.status,
        cast(null as varchar) as created_via,
        {{ value_in_pairs(dbt.split_part('csv_orders.coupon_items', "';'", 1), 'code') }} as coupon_code,
        csv_orders.order_currency as currency,
        coalesce(csv_orders.order_subtotal, lines_of_csv_orders.gross_amount, csv_orders.order_total, 0)
            as gross_amount,
        coalesce(csv_orders.discount_total, lines_of_csv_orders.discount_amount, 0) as discount_amount,
        csv_orders.shipping_total as shipping_amount,
        csv_orders.tax_total as tax_amount,

        ---------- when
        csv_orders.order_date as ordered_at,
        cast(null as timestamp) as updated_at,

        ---------- landing
        csv_orders._load_id

    from csv_orders

    left join lines_of_csv_orders
        on
            csv_orders.order_id = lines_of_csv_orders.order_id
            and csv_orders._load_id = lines_of_csv_orders._load_id

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
        replace(lower(status), 'wc-', '') as order_status,
        case
            when lower(created_via) in ('pos', 'pos-rest-api', 'woocommerce-pos', 'wcpos') then 'store' else 'online'
        end as sales_channel,
        coupon_code,
        false as is_gift,
        currency,
        cast(gross_amount as decimal(19, 4)) as gross_amount,
        cast(discount_amount as decimal(19, 4)) as discount_amount,
        cast(shipping_amount as decimal(19, 4)) as shipping_amount,
        tax_amount,

        ---------- when
        ordered_at,
        updated_at,

        ---------- landing
        -- an order in the bin, and one that was never placed
        replace(lower(status), 'wc-', '') in ('trash', 'checkout-draft', 'auto-draft') as is_deleted,
        _load_id

    from all_orders

)

select * from renamed
