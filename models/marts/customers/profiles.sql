{{ config(materialized='incremental', incremental_strategy='replace_current_profiles', on_schema_change='fail') }}

{% set schemes = segment_rules() %}

with

customers as (

    select * from {{ ref('int_customers') }}

),

latest_date as (

    select as_of_date from {{ ref('int_as_of_dates') }}

    where is_latest

),

to_segment as (  -- noqa: ST03, a rebuild shows everyone

    {{ profile_dates_to_segment() }}

),

former_dates as (  -- noqa: ST03, a rebuild shows everyone

    select * from {{ before('int_as_of_dates') if not is_rebuilt('profiles') else ref('int_as_of_dates') }}

),

-- whose segments stay has the same row as before, unless a date of the history has become the latest
profiles as (

    select * from {{ ref('int_profiles') }}

    {% if not is_rebuilt('profiles') %}
    where profile_id in (
        select to_segment.profile_id from to_segment
        where to_segment.as_of_date = (select latest_date.as_of_date from latest_date)
    )
    or exists (
        select 1
        from former_dates
        inner join latest_date
            on former_dates.as_of_date = latest_date.as_of_date
        where not former_dates.is_latest
    )
    {% endif %}

),

features as (

    select * from {{ ref('profile_features') }}

    where
        as_of_date = (select latest_date.as_of_date from latest_date)
        and profile_id in (select profiles.profile_id from profiles)

),

customer_scores as (

    select * from {{ ref('customer_scores') }}

    where as_of_date = (select latest_date.as_of_date from latest_date)

),

response_scores as (

    select * from {{ ref('response_scores') }}

    where as_of_date = (select latest_date.as_of_date from latest_date)

),

-- the five signs of low-hanging fruit, each by its own rule: a profile may have several
signs as (

    select
        features.profile_id,
        {{ rules_hold('low_hanging_fruit', 'many_purchases') }} as has_many_purchases,
        {{ rules_hold('low_hanging_fruit', 'coupon_responder') }} as is_coupon_responder,
        {{ rules_hold('low_hanging_fruit', 'big_in_one_category') }} as is_big_in_one_category,
        {{ rules_hold('low_hanging_fruit', 'signed_up_and_left') }} as has_signed_up_and_left,
        {{ rules_hold('low_hanging_fruit', 'offer_clicker') }} as is_offer_clicker

    from features

    left join customer_scores  -- noqa: ST11, the rules may read it
        on features.profile_id = customer_scores.profile_id

    left join response_scores  -- noqa: ST11, the rules read it
        on features.profile_id = response_scores.profile_id

),

ranks as (

    select * from {{ ref('profile_segments') }}

    where
        as_of_date = (select latest_date.as_of_date from latest_date)
        and profile_id in (select profiles.profile_id from profiles)

),

named as (

    select
        {% for scheme in schemes -%}
        {{ segment_of_rank(schemes[scheme], scheme) }} as {{ scheme }},
        {% endfor %}
        profile_id

    from ranks

),

joined as (

    select
        ---------- ids
        profiles.profile_id,
        profiles.is_customer,
        profiles.customer_id,

        ---------- what
        features.session_count,
        features.order_count,
        features.net_revenue,
        features.margin,
        customers.country,
        customers.region as customer_region,
        customers.city,
        customers.consents,
        features.may_be_called,
        features.favourite_category_365d as favourite_category,
        features.favourite_brand_365d as favourite_brand,
        features.loyalty_tier,
        features.comparer_basis_90d as comparer_basis,

        ---------- segments
        {% for scheme in schemes -%}
        named.{{ scheme }},
        {% endfor %}

        ---------- signs of low-hanging fruit
        signs.has_many_purchases,
        signs.is_coupon_responder,
        signs.is_big_in_one_category,
        signs.has_signed_up_and_left,
        signs.is_offer_clicker,

        ---------- when
        -- of the occasion that they buy for, if there is one
        case when named.occasion = features.occasion then features.next_occasion_date end as next_occasion_date,
        case when named.occasion = features.occasion then features.reach_out_date end as reach_out_date,
        profiles.first_seen_at,
        profiles.last_seen_at

    from profiles

    inner join named
        on profiles.profile_id = named.profile_id

    left join customers
        on profiles.customer_id = customers.customer_id

    inner join features
        on profiles.profile_id = features.profile_id

    inner join signs
        on profiles.profile_id = signs.profile_id

)

select * from joined
