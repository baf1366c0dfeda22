{{ config(pre_hook="{{ keep_before() }}") }}

with

customers as (

    select * from {{ ref('canonical_customers') }}

),

-- a customer lands again whenever something changes; what was reported first is taken to have been so before
versions as (

    {{ validity_periods(
        'customers', key='customer_id', reported_at='updated_at', first_date="cast('0001-01-01' as date)"
    ) }}

)

select
    ---------- ids
    customer_id,
    {{ profile_key('customer_id', 'cast(null as ' ~ dbt.type_string() ~ ')') }} as profile_id,

    ---------- who
    birth_date,
    is_birth_date_estimated,
    gender,
    education,
    occupation,
    income_band,
    marital_status,
    household_size,
    children,
    life_stage,
    social_followers,

    ---------- where
    country,
    region,
    city,
    postal_area,
    urbanity,

    ---------- what they asked for
    preferred_channel,
    consents,

    ---------- when
    signed_up_at,
    valid_from,
    valid_to,
    is_latest

from versions
