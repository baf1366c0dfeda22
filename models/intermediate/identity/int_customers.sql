{{ config(pre_hook="{{ keep_before() }}") }}

with

customers as (

    select * from {{ ref('stg_shop__customers') }}

),

as_of as (

    select * from {{ ref('int_as_of') }}

),

-- a customer lands again whenever something changes: what was known as of then, counts
versions as (

    select
        *,
        row_number() over (
            partition by customer_id
            order by
                updated_at desc nulls last,
                _load_id desc,
                signed_up_at desc,
                consents desc,
                country desc,
                city desc
        ) as nth_latest

    from customers

    where
        (updated_at is null or updated_at <= (select as_of.as_of from as_of))
        and (signed_up_at is null or signed_up_at <= (select as_of.as_of from as_of))

)

select
    customer_id,
    country,
    consents,
    signed_up_at

from versions

where nth_latest = 1
