with

exchange_rates as (

    select * from {{ ref('exchange_rates') }}

    where reporting_currency = '{{ var("reporting_currency") }}'

),

ranges as (

    select
        currency,
        rate,
        valid_from,
        coalesce(
            lead(valid_from) over (partition by currency order by valid_from),
            cast('9999-12-31' as date)
        ) as valid_to

    from exchange_rates

    -- the reporting currency is worth itself
    where currency <> '{{ var("reporting_currency") }}'

    union all

    select
        '{{ var("reporting_currency") }}' as currency,
        cast(1 as decimal(18, 8)) as rate,
        cast('0001-01-01' as date) as valid_from,
        cast('9999-12-31' as date) as valid_to

)

select * from ranges
