{{ config(
    materialized='incremental',
    incremental_strategy='replace_windows',
    meta={'rebuilt_together': 'events', 'started_at': 'session_started_at'}
) }}

with

stretches as (

    select * from {{ ref('int_session_stretches') }}

    where purchase_count > 0

),

exchange_rates as (

    select * from {{ ref('int_exchange_rates') }}

),

purchases as (

    select
        ---------- ids
        {{ session_key('stretches.visitor_id', 'stretches.session_started_at') }} as session_id,
        stretches.visitor_id,
        stretches.product_id,
        stretches.order_id,
        row_number() over (
            partition by stretches.visitor_id, stretches.session_started_at
            order by stretches.purchases_so_far, stretches.product_id
        ) as nth_in_session,

        ---------- what
        coalesce(stretches.currency, '{{ var("reporting_currency") }}') as currency,
        stretches.purchase_amount,
        exchange_rates.rate,
        cast(coalesce(stretches.purchase_amount, 0) * exchange_rates.rate as decimal(18, 4)) as revenue,

        ---------- when
        stretches.session_started_at

    from stretches

    left join exchange_rates
        on
            coalesce(stretches.currency, '{{ var("reporting_currency") }}') = exchange_rates.currency
            and cast(stretches.session_started_at as date) >= exchange_rates.valid_from
            and cast(stretches.session_started_at as date) < exchange_rates.valid_to

)

select * from purchases
