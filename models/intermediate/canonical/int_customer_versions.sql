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

),

with_consent as (

    select
        *,
        {{ may_be_profiled('consents') }} as may_be_profiled

    from versions

)

select
    ---------- ids
    customer_id,
    {{ profile_key('customer_id', 'cast(null as ' ~ dbt.type_string() ~ ')') }} as profile_id,

    ---------- who, where the customer may be described
    case when may_be_profiled then birth_date end as birth_date,
    case when may_be_profiled then is_birth_date_estimated end as is_birth_date_estimated,
    case when may_be_profiled then gender end as gender,
    case when may_be_profiled then education end as education,
    case when may_be_profiled then occupation end as occupation,
    case when may_be_profiled then income_band end as income_band,
    case when may_be_profiled then marital_status end as marital_status,
    case when may_be_profiled then household_size end as household_size,
    case when may_be_profiled then children end as children,
    case when may_be_profiled then life_stage end as life_stage,
    case when may_be_profiled then social_followers end as social_followers,

    ---------- where
    case when may_be_profiled then country end as country,
    case when may_be_profiled then region end as region,
    case when may_be_profiled then city end as city,
    case when may_be_profiled then postal_area end as postal_area,
    case when may_be_profiled then urbanity end as urbanity,

    ---------- what they asked for
    preferred_channel,
    consents,
    may_be_profiled,

    ---------- when
    signed_up_at,
    valid_from,
    valid_to,
    is_latest

from with_consent

-- a customer that was withdrawn has no version from then on
where not coalesce(is_deleted, false)
