with

orders as (
    {{ union_canonical('orders', var('order_sources'), [
        'order_id', 'customer_id', 'visitor_id', 'order_status', 'sales_channel', 'coupon_code', 'is_gift', 'currency',
        'gross_amount', 'discount_amount', 'ordered_at', 'updated_at', '_load_id'
    ]) }}
),

as_of as (

    select * from {{ ref('int_as_of') }}

),

exchange_rates as (

    select * from {{ ref('int_exchange_rates') }}

),

order_statuses as (

    select * from {{ ref('order_statuses') }}

),

-- an order lands again whenever it changes: what it was as of then, counts
versions as (

    select
        *,
        row_number() over (
            partition by order_id
            order by
                coalesce(updated_at, ordered_at) desc,
                _load_id desc,
                -- two versions of one instant in one file: any, but always the same
                order_status desc,
                gross_amount desc,
                discount_amount desc,
                customer_id desc,
                visitor_id desc,
                ordered_at desc,
                currency desc,
                sales_channel desc,
                coupon_code desc,
                is_gift desc,
                source_name desc
        ) as nth_latest

    from orders

    where
        ordered_at <= (select as_of.as_of from as_of)
        and coalesce(updated_at, ordered_at) <= (select as_of.as_of from as_of)

),

latest as (

    select
        versions.*,
        coalesce(versions.currency, '{{ var("reporting_currency") }}') as order_currency,
        cast({{ in_business_timezone('versions.ordered_at') }} as date) as order_date

    from versions

    where nth_latest = 1

),

converted as (

    select
        ---------- ids
        latest.order_id,
        latest.customer_id,
        latest.visitor_id,

        ---------- what
        latest.source_name,
        latest.order_status,
        order_statuses.order_status is not null as is_known_status,
        -- a status that nobody listed is taken for a sale, and counted in data_quality
        coalesce(order_statuses.counts_as_order, true) as counts_as_order,
        coalesce(order_statuses.counts_as_revenue, true) as counts_as_revenue,
        latest.sales_channel,
        latest.coupon_code,
        latest.is_gift,

        ---------- money, in the reporting currency
        latest.order_currency,
        exchange_rates.rate,
        cast(latest.gross_amount * exchange_rates.rate as decimal(18, 2)) as gross_revenue,
        cast(latest.discount_amount * exchange_rates.rate as decimal(18, 2)) as discount,

        ---------- when
        latest.ordered_at,
        latest.order_date

    from latest

    left join exchange_rates
        on
            latest.order_currency = exchange_rates.currency
            and latest.order_date >= exchange_rates.valid_from
            and latest.order_date < exchange_rates.valid_to

    left join order_statuses
        on latest.order_status = order_statuses.order_status

)

select * from converted
