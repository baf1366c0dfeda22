-- RFM scores and segments at the latest date.

create temp table as_of as
select max(latest_at) as as_of, cast(timezone('Europe/Amsterdam', timezone('UTC', max(latest_at))) as date) as as_of_date
from (
    select max(occurred_at) as latest_at from events
    union all
    select max(ordered_at) from orders
    union all
    select max(refunded_at) from refunds
    union all
    select max(occurred_at) from messages
    union all
    select max(answered_at) from survey_responses
    union all
    select max(opened_at) from service_contacts
    union all
    select max(signed_up_at) from customers
);

create table customer_rfm as

with

exchange_rates as (

    select
        currency,
        rate,
        valid_from,
        coalesce(lead(valid_from) over (partition by currency order by valid_from), date '9999-12-31') as valid_to
    from read_csv(
        getvariable('seeds') || '/orders/exchange_rates.csv',
        header = true,
        types = {'rate': 'decimal(18, 8)', 'valid_from': 'date'}
    )
    where reporting_currency = 'EUR'

),

order_statuses as (

    select * from read_csv(getvariable('seeds') || '/orders/order_statuses.csv', header = true)

),

latest_orders as (

    select
        order_id,
        customer_id,
        visitor_id,
        ordered_at,
        lower(trim(status)) as order_status,
        coalesce(upper(currency), 'EUR') as currency,
        gross_amount,
        coalesce(discount_amount, 0) as discount_amount,
        coalesce(shipping_amount, 0) + coalesce(tax_amount, 0) as shipping_and_tax_amount,
        cast(timezone('Europe/Amsterdam', timezone('UTC', ordered_at)) as date) as order_date
    from orders
    where coalesce(updated_at, ordered_at) <= (select as_of from as_of)
    qualify row_number() over (
        partition by order_id
        order by
            coalesce(updated_at, ordered_at) desc, status desc, gross_amount desc,
            discount_amount desc, customer_id desc
    ) = 1

),

-- a guest order belongs to the customer if only one customer was ever seen on its device
guests as (

    select distinct visitor_id
    from latest_orders
    where customer_id is null and visitor_id is not null

),

sightings as (

    select visitor_id, customer_id
    from events
    where customer_id is not null and visitor_id in (select visitor_id from guests)

    union all

    select visitor_id, customer_id
    from latest_orders
    where customer_id is not null and visitor_id in (select visitor_id from guests)

),

known_guests as (

    select visitor_id, min(customer_id) as customer_id
    from sightings
    group by visitor_id
    having min(customer_id) = max(customer_id)

),

converted as (

    select
        latest_orders.order_id,
        coalesce(latest_orders.customer_id, known_guests.customer_id) as customer_id,
        latest_orders.order_date,
        coalesce(exchange_rates.rate, case when latest_orders.currency = 'EUR' then 1 end) as rate,
        coalesce(order_statuses.counts_as_order, true) as counts_as_order,
        coalesce(order_statuses.counts_as_revenue, true) as counts_as_revenue,
        coalesce(order_statuses.is_paid_back, false) as is_paid_back,
        cast(latest_orders.shipping_and_tax_amount * coalesce(exchange_rates.rate, case when latest_orders.currency = 'EUR' then 1 end) as decimal(28, 2)) as shipping_and_tax,
        cast(latest_orders.gross_amount * coalesce(exchange_rates.rate, case when latest_orders.currency = 'EUR' then 1 end) as decimal(28, 2))
        - cast(latest_orders.discount_amount * coalesce(exchange_rates.rate, case when latest_orders.currency = 'EUR' then 1 end) as decimal(28, 2)) as revenue
    from latest_orders
    left join known_guests on latest_orders.visitor_id = known_guests.visitor_id
    left join order_statuses on latest_orders.order_status = order_statuses.order_status
    left join exchange_rates
        on
            latest_orders.currency = exchange_rates.currency
            and latest_orders.order_date >= exchange_rates.valid_from
            and latest_orders.order_date < exchange_rates.valid_to

),

paid_back as (

    select
        latest.order_id,
        sum(cast(latest.amount * converted.rate as decimal(28, 2))) as refunded
    from (
        select *
        from refunds
        where refunded_at <= (select as_of from as_of)
        qualify row_number() over (
            partition by refund_id order by refunded_at desc, amount desc, order_id desc
        ) = 1
    ) as latest
    inner join converted on latest.order_id = converted.order_id
    group by latest.order_id

),

-- shipping and tax are paid back first, and no more than was paid for the goods; a credit note has no goods of its own
earned as (

    select
        converted.*,
        case
            when is_paid_back then 0
            when counts_as_order
                then
                    revenue
                    - least(greatest(coalesce(refunded, 0) - coalesce(shipping_and_tax, 0), 0), greatest(revenue, 0))
            else revenue - coalesce(refunded, 0)
        end as net_revenue
    from converted
    left join paid_back on converted.order_id = paid_back.order_id

),

customers_with_orders as (

    select
        customer_id,
        (select as_of_date from as_of) - max(order_date) filter (where counts_as_order) as recency_days,
        count(*) filter (where counts_as_order) as frequency,
        cast(coalesce(sum(net_revenue) filter (where counts_as_revenue), 0) as decimal(28, 2)) as monetary
    from earned
    where customer_id is not null
    group by customer_id
    having count(*) filter (where counts_as_order) > 0

),

-- quintiles of the customers; equal values have the same number of customers below them, so equal scores
quintiles as (

    select
        *,
        1 + (rank() over (order by recency_days desc) - 1) * 5 // count(*) over () as recency_quintile,
        1 + (rank() over (order by frequency) - 1) * 5 // count(*) over () as frequency_quintile,
        1 + (rank() over (order by monetary) - 1) * 5 // count(*) over () as monetary_score
    from customers_with_orders

),

-- where ties leave a score of recency or frequency empty, bands of days and of orders give it
scored as (

    select
        quintiles.* exclude (recency_quintile, frequency_quintile, monetary_score),
        case
            when (select count(distinct recency_quintile) from quintiles) = 5 then recency_quintile
            else recency_bands.score
        end as recency_score,
        case
            when (select count(distinct frequency_quintile) from quintiles) = 5 then frequency_quintile
            else frequency_bands.score
        end as frequency_score,
        monetary_score
    from quintiles
    inner join read_csv(getvariable('seeds') || '/customers/rfm_scoring.csv', header = true) as recency_bands
        on
            recency_bands.measure = 'recency'
            and recency_days >= recency_bands.min_value
            and recency_days < coalesce(recency_bands.max_value, 1e9)
    inner join read_csv(getvariable('seeds') || '/customers/rfm_scoring.csv', header = true) as frequency_bands
        on
            frequency_bands.measure = 'frequency'
            and frequency >= frequency_bands.min_value
            and frequency < coalesce(frequency_bands.max_value, 1e9)

)

select
    scored.*,
    rfm_segments.rfm_segment
from scored
inner join (
    select
        segment as rfm_segment,
        cast(rule as integer) as rule,
        coalesce(max(at_least) filter (feature = 'frequency_score'), 1) as min_frequency_score,
        coalesce(max(below) filter (feature = 'order_count'), 1e9) as too_many_orders,
        coalesce(max(at_least) filter (feature = 'recency_score'), 1) as min_recency_score,
        coalesce(max(below) filter (feature = 'recency_score') - 1, 5) as max_recency_score,
        coalesce(max(at_least) filter (feature = 'frequency_monetary_score'), 1) as min_frequency_monetary_score,
        coalesce(max(below) filter (feature = 'frequency_monetary_score') - 1, 5) as max_frequency_monetary_score
    from read_csv(getvariable('seeds') || '/segments/segment_rules.csv', header = true)
    where scheme = 'rfm' and segment != 'not_a_customer'
    group by rule, segment
) as rfm_segments
    on
        scored.recency_score between rfm_segments.min_recency_score and rfm_segments.max_recency_score
        and (scored.frequency_score + scored.monetary_score + 1) // 2
        between rfm_segments.min_frequency_monetary_score and rfm_segments.max_frequency_monetary_score
        and scored.frequency_score >= rfm_segments.min_frequency_score
        and scored.frequency < rfm_segments.too_many_orders
-- the first rule that holds
qualify row_number() over (partition by scored.customer_id order by rfm_segments.rule) = 1;
