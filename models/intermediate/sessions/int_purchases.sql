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
        stretches.session_id,
        stretches.visitor_id,
        stretches.product_id,
        stretches.order_id,
        stretches.purchases_so_far,

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
