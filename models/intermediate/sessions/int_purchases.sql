{{ config(
    materialized='incremental',
    incremental_strategy='replace_windows',
    meta={'rebuilt_together': 'events', 'started_at': 'session_started_at'}
) }}

with

purchase_events as (

    select
        *,
        cast({{ in_business_timezone('occurred_at') }} as date) as purchase_date

    from {{ ref('int_session_events_this_run') }}

    where action = 'purchase'

),

session_keys as (

    select * from {{ ref('int_session_keys_this_run') }}

),

exchange_rates as (

    select * from {{ ref('int_exchange_rates') }}

),

purchases as (

    select
        ---------- ids
        session_keys.session_id,
        session_keys.visitor_id,
        purchase_events.order_id,
        purchase_events.product_id,
        row_number() over (
            partition by purchase_events.session_number order by purchase_events.nth_in_stream
        ) as nth_in_session,
        -- the products of one event have the same number
        dense_rank() over (
            partition by purchase_events.session_number order by purchase_events.purchases_so_far
        ) as nth_purchase_in_session,

        ---------- what
        coalesce(purchase_events.currency, '{{ var("reporting_currency") }}') as currency,
        purchase_events.purchase_amount,
        exchange_rates.rate,
        cast(coalesce(purchase_events.purchase_amount, 0) * exchange_rates.rate as decimal(28, 4)) as revenue,
        cast(purchase_events.order_total * exchange_rates.rate as decimal(28, 4)) as order_revenue,

        ---------- when
        session_keys.started_at as session_started_at

    from purchase_events

    inner join session_keys
        on purchase_events.session_number = session_keys.session_number

    left join exchange_rates
        on
            coalesce(purchase_events.currency, '{{ var("reporting_currency") }}') = exchange_rates.currency
            and purchase_events.purchase_date >= exchange_rates.valid_from
            and purchase_events.purchase_date < exchange_rates.valid_to

)

select * from purchases
