{{ config(pre_hook="{{ keep_before() }}") }}

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

-- an order lands again whenever it changes; what landed last is what was told at an instant
numbered as (

    select
        *,
        coalesce(currency, '{{ var("reporting_currency") }}') as order_currency,
        cast({{ in_business_timezone('ordered_at') }} as date) as order_date,
        coalesce(updated_at, ordered_at) as reported_at,
        row_number() over (
            partition by order_id, coalesce(updated_at, ordered_at)
            order by
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
        ) as nth_of_instant

    from orders

    where
        ordered_at <= (select as_of.as_of from as_of)
        and coalesce(updated_at, ordered_at) <= (select as_of.as_of from as_of)

),

dated as (

    select
        *,
        -- an order is what it first was from its own day on
        case
            when row_number() over (partition by order_id order by reported_at) = 1 then order_date
            else greatest(cast({{ in_business_timezone('reported_at') }} as date), order_date)
        end as reported_date

    from numbered

    where nth_of_instant = 1

),

valid as (

    select
        *,
        -- days do not go back, also where the day of the order was corrected
        max(reported_date) over (
            partition by order_id order by reported_at rows between unbounded preceding and current row
        ) as valid_from

    from dated

),

until as (

    select
        *,
        coalesce(
            lead(valid_from) over (partition by order_id order by reported_at), cast('9999-12-31' as date)
        ) as valid_to

    from valid

),

converted as (

    select
        ---------- ids
        until.order_id,
        until.customer_id,
        until.visitor_id,

        ---------- what
        until.source_name,
        until.order_status,
        order_statuses.order_status is not null as is_known_status,
        -- a status that nobody listed is taken for a sale, and counted in data_quality
        coalesce(order_statuses.counts_as_order, true) as counts_as_order,
        coalesce(order_statuses.counts_as_revenue, true) as counts_as_revenue,
        until.sales_channel,
        until.coupon_code,
        until.is_gift,

        ---------- money, in the reporting currency
        until.order_currency,
        exchange_rates.rate,
        cast(until.gross_amount * exchange_rates.rate as decimal(18, 2)) as gross_revenue,
        cast(until.discount_amount * exchange_rates.rate as decimal(18, 2)) as discount,

        ---------- when
        until.ordered_at,
        until.order_date,
        until.valid_from,
        until.valid_to,
        until.valid_to = cast('9999-12-31' as date) as is_latest

    from until

    left join exchange_rates
        on
            until.order_currency = exchange_rates.currency
            and until.order_date >= exchange_rates.valid_from
            and until.order_date < exchange_rates.valid_to

    left join order_statuses
        on until.order_status = order_statuses.order_status

    -- of one day's versions the last one holds
    where until.valid_from < until.valid_to

)

select * from converted
