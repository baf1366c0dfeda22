{{ config(pre_hook="{{ keep_before() }}") }}

with

orders as (

    select * from {{ ref('canonical_orders') }}

),

exchange_rates as (

    select * from {{ ref('int_exchange_rates') }}

),

order_statuses as (

    select * from {{ ref('order_statuses') }}

),

-- an order lands again whenever it changes; what landed last is what was reported at an instant
latest as (

    {{ latest_version('orders', key=['order_id', 'coalesce(updated_at, ordered_at)'], with_withdrawn=true) }}

),

reported as (

    select
        *,
        coalesce(currency, '{{ var("reporting_currency") }}') as order_currency,
        cast({{ in_business_timezone('ordered_at') }} as date) as order_date,
        coalesce(updated_at, ordered_at) as reported_at,
        coalesce(is_deleted, false) as is_withdrawn

    from latest

),

-- the first version is valid from the day of the order on
versions as (

    {{ validity_periods('reported', key='order_id', reported_at='reported_at', first_date='order_date') }}

),

converted as (

    select
        ---------- ids
        versions.order_id,
        versions.customer_id,
        versions.visitor_id,

        ---------- what
        versions.source_name,
        versions.order_status,
        order_statuses.order_status is not null as is_known_status,
        -- a status that is not listed is taken for a sale, and counted in data_quality
        coalesce(order_statuses.counts_as_order, true) and not versions.is_withdrawn as counts_as_order,
        coalesce(order_statuses.counts_as_revenue, true) and not versions.is_withdrawn as counts_as_revenue,
        coalesce(order_statuses.is_paid_back, false) as is_paid_back,
        versions.sales_channel,
        versions.coupon_code,
        versions.is_gift,
        versions.is_withdrawn,

        ---------- money, in the reporting currency
        versions.order_currency,
        exchange_rates.rate,
        cast(versions.gross_amount * exchange_rates.rate as decimal(28, 2)) as gross_revenue,
        cast(versions.discount_amount * exchange_rates.rate as decimal(28, 2)) as discount,
        cast(
            (coalesce(versions.shipping_amount, 0) + coalesce(versions.tax_amount, 0)) * exchange_rates.rate
            as decimal(28, 2)
        ) as shipping_and_tax,

        ---------- when
        versions.ordered_at,
        versions.order_date,
        versions.valid_from,
        versions.valid_to,
        versions.is_latest

    from versions

    left join exchange_rates
        on
            versions.order_currency = exchange_rates.currency
            and versions.order_date >= exchange_rates.valid_from
            and versions.order_date < exchange_rates.valid_to

    left join order_statuses
        on versions.order_status = order_statuses.order_status

)

select * from converted
