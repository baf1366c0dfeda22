{# so many profiles and dates take some 3 GB #}
{{ config(
    materialized='incremental',
    incremental_strategy='replace_profile_dates',
    on_schema_change='fail',
    pre_hook="{{ begin_batches(rows_at_a_time=2000000) }}",
    post_hook="{{ insert_other_batches() }}"
) }}

with

attributes as (

    select * from {{ ref('int_profile_attributes') }}

),

-- a visitor may be described: who refuses to be measured has no events here
profile_dates as (

    select
        dates.*,
        case
            when dates.customer_id is null then true
            else coalesce(attributes.may_be_profiled, {{ may_be_profiled("''") }})
        end as may_be_profiled

    from {{ ref('int_profile_dates_this_run') }} as dates

    left join attributes
        on dates.profile_date_number = attributes.profile_date_number

    where {{ is_in_batch('dates') }}

),

sessions as (

    select * from {{ ref('int_profile_sessions') }}

),

active_days as (

    select * from {{ ref('int_profile_active_days') }}

),

routines as (

    select * from {{ ref('int_profile_routines') }}

),

profile_orders as (

    select * from {{ ref('int_profile_orders') }}

),

orientations as (

    select * from {{ ref('int_profile_orientations') }}

),

profile_values as (

    select * from {{ ref('int_profile_values') }}

),

favourites as (

    select * from {{ ref('int_profile_favourites') }}

),

occasions as (

    select * from {{ ref('int_profile_occasions') }}

),

interests as (

    select * from {{ ref('int_profile_interests') }}

),

memberships as (

    select * from {{ ref('int_profile_memberships') }}

),

channels as (

    select * from {{ ref('int_profile_channels') }}

),

messages as (

    select * from {{ ref('int_profile_messages') }}

),

surveys as (

    select * from {{ ref('int_profile_surveys') }}

),

contacts as (

    select * from {{ ref('int_profile_contacts') }}

),

countries as (

    select * from {{ ref('attribute_taxonomy') }}

    where attribute = 'country'

),

features as (

    select
        ---------- ids
        profile_dates.profile_id,
        profile_dates.customer_id,
        profile_dates.as_of_date,

        ---------- visits
        cast(coalesce(sessions.session_count, 0) as bigint) as session_count,
        cast(coalesce(sessions.session_count_90d, 0) as bigint) as session_count_90d,
        cast(coalesce(sessions.session_count_30d, 0) as bigint) as session_count_30d,
        cast(coalesce(sessions.session_count_30d_before, 0) as bigint) as session_count_30d_before,
        cast(coalesce(sessions.product_days_30d, 0) as bigint) as product_days_30d,
        cast(sessions.days_since_first_session as integer) as days_since_first_session,
        cast(sessions.days_since_last_session as integer) as days_since_last_session,
        sessions.acquisition_channel,
        sessions.latest_funnel_class,
        sessions.deepest_funnel_class_30d,
        cast(sessions.funnel_depth_change_30d as integer) as funnel_depth_change_30d,
        cast(sessions.judger_session_count_90d as bigint) as judger_session_count_90d,
        cast(sessions.comparer_session_count_90d as bigint) as comparer_session_count_90d,
        sessions.comparer_basis_90d,
        cast(coalesce(sessions.offer_session_count_90d, 0) as bigint) as offer_session_count_90d,
        cast(sessions.minutes_on_site_90d as integer) as minutes_on_site_90d,
        cast(sessions.functions_used_90d as integer) as functions_used_90d,
        cast(coalesce(active_days.active_days_90d, 0) as bigint) as active_days_90d,
        sessions.main_device_type_365d,
        cast(sessions.main_device_type_share_365d as double) as main_device_type_share_365d,
        sessions.main_browser_365d,
        sessions.main_os_365d,
        cast(coalesce(routines.touchpoint_count_365d, 0) as bigint) as touchpoint_count_365d,
        routines.main_daypart_365d,
        cast(routines.main_daypart_share_365d as double) as main_daypart_share_365d,
        cast(routines.weekend_share_365d as double) as weekend_share_365d,

        ---------- orders
        cast(coalesce(profile_orders.order_count, 0) as bigint) as order_count,
        cast(profile_orders.days_since_first_order as integer) as days_since_first_order,
        cast(profile_orders.days_since_last_order as integer) as days_since_last_order,
        cast(profile_orders.longest_pause_180d as integer) as longest_pause_180d,
        cast(coalesce(profile_orders.order_count_365d, 0) as bigint) as order_count_365d,
        cast(profile_orders.units_per_order_365d as double) as units_per_order_365d,
        cast(coalesce(profile_orders.coupon_order_count_365d, 0) as bigint) as coupon_order_count_365d,
        cast(profile_orders.coupon_order_share_365d as double) as coupon_order_share_365d,
        cast(profile_orders.deal_order_share_365d as double) as deal_order_share_365d,
        cast(profile_orders.full_price_order_share_365d as double) as full_price_order_share_365d,
        cast(coalesce(profile_orders.waiting_order_count_365d, 0) as bigint) as waiting_order_count_365d,
        cast(profile_orders.waiting_order_share_365d as double) as waiting_order_share_365d,
        profile_orders.main_sales_channel_365d,
        cast(profile_orders.main_sales_channel_share_365d as double) as main_sales_channel_share_365d,
        cast(profile_orders.minutes_to_purchase_365d as double) as minutes_to_purchase_365d,
        cast(profile_orders.reviewed_order_share_365d as double) as reviewed_order_share_365d,
        cast(coalesce(orientations.online_then_store_order_count_365d, 0) as bigint)
            as online_then_store_order_count_365d,
        cast(coalesce(orientations.store_then_online_order_count_365d, 0) as bigint)
            as store_then_online_order_count_365d,

        ---------- favourites
        favourites.favourite_category_365d,
        cast(coalesce(favourites.favourite_category_spend_365d, 0) as decimal(28, 2)) as favourite_category_spend_365d,
        cast(favourites.favourite_category_share_365d as double) as favourite_category_share_365d,
        favourites.favourite_brand_365d,
        cast(favourites.favourite_brand_share_365d as double) as favourite_brand_share_365d,

        ---------- occasions
        occasions.occasion,
        cast(coalesce(occasions.order_count_730d, 0) as bigint) as order_count_730d,
        cast(coalesce(occasions.occasion_order_count_730d, 0) as bigint) as occasion_order_count_730d,
        cast(coalesce(occasions.occasion_year_count_730d, 0) as bigint) as occasion_year_count_730d,
        cast(occasions.occasion_order_share_730d as double) as occasion_order_share_730d,
        cast(occasions.occasion_lift_730d as double) as occasion_lift_730d,
        cast(occasions.gift_order_share_730d as double) as gift_order_share_730d,
        cast(occasions.quarter_order_share_730d as double) as quarter_order_share_730d,
        cast(occasions.next_occasion_date as date) as next_occasion_date,
        cast(occasions.reach_out_date as date) as reach_out_date,

        ---------- money
        cast(coalesce(profile_values.net_revenue, 0) as decimal(28, 2)) as net_revenue,
        cast(profile_values.margin as decimal(28, 2)) as margin,
        cast(coalesce(profile_values.net_revenue_365d, 0) as decimal(28, 2)) as net_revenue_365d,
        cast(coalesce(contacts.contact_count_365d, 0) as bigint) as contact_count_365d,
        cast(coalesce(contacts.service_cost_365d, 0) as decimal(28, 2)) as service_cost_365d,
        cast(contacts.effort_score_365d as double) as effort_score_365d,
        cast(
            coalesce(profile_values.estimated_margin_365d, 0) - coalesce(contacts.service_cost_365d, 0)
            as decimal(28, 2)
        ) as contribution_margin_365d,

        ---------- who it is, where it may be described
        profile_dates.may_be_profiled,
        case when profile_dates.customer_id is null then 'anonymous' else 'known' end as identity,
        cast(attributes.days_since_sign_up as integer) as days_since_sign_up,
        cast(
            case
                when attributes.days_since_sign_up is not null and coalesce(profile_orders.order_count, 0) = 0
                    then least(
                        attributes.days_since_sign_up,
                        coalesce(sessions.days_since_last_session, attributes.days_since_sign_up)
                    )
                else 0
            end as integer
        ) as idle_days_since_sign_up,
        cast(
            greatest(
                coalesce(profile_orders.days_since_first_order, attributes.days_since_sign_up),
                coalesce(attributes.days_since_sign_up, profile_orders.days_since_first_order)
            ) as integer
        ) as tenure_days,
        cast(attributes.age_years as integer) as age_years,
        attributes.gender,
        cast(attributes.household_size as integer) as household_size,
        cast(attributes.child_count as integer) as child_count,
        attributes.education_level,
        attributes.income_level,
        attributes.occupation,
        attributes.marital_status,
        attributes.life_stage,
        case
            when
                profile_dates.may_be_profiled
                and coalesce(attributes.customer_country, sessions.latest_country) is not null
                then coalesce(countries.level, 'elsewhere')
        end as market,
        case
            when attributes.has_place then attributes.customer_region
            when profile_dates.may_be_profiled then sessions.latest_region
        end as region,
        attributes.urbanity,
        cast(attributes.social_followers as integer) as social_followers,
        memberships.loyalty_tier,

        ---------- contact
        channels.contact_channel,
        channels.contact_channel_basis,
        coalesce(channels.may_be_called, false) as may_be_called,
        cast(coalesce(messages.message_click_count_90d, 0) as bigint) as message_click_count_90d,
        cast(
            coalesce(sessions.offer_session_count_90d, 0) + coalesce(messages.message_click_count_90d, 0) as bigint
        ) as offer_response_count_90d,

        ---------- what they say
        cast(surveys.nps_score_730d as double) as nps_score_730d,
        cast(surveys.csat_score_730d as double) as csat_score_730d,
        case when profile_dates.may_be_profiled then coalesce(surveys.motive_answer_730d, 'none') else 'none' end
            as motive_answer_730d,
        case when profile_dates.may_be_profiled then coalesce(surveys.benefit_answer_730d, 'none') else 'none' end
            as benefit_answer_730d,
        case when profile_dates.may_be_profiled then surveys.attitude_answer_730d end as attitude_answer_730d,
        case
            when profile_dates.may_be_profiled
                then coalesce(surveys.interest_answer_730d, interests.viewed_interest_90d)
        end as interest,
        case
            when not profile_dates.may_be_profiled then null
            when surveys.interest_answer_730d is not null then 'survey'
            when interests.viewed_interest_90d is not null then 'behaviour'
        end as interest_basis

    from profile_dates

    left join sessions
        on profile_dates.profile_date_number = sessions.profile_date_number

    left join active_days
        on profile_dates.profile_date_number = active_days.profile_date_number

    left join routines
        on profile_dates.profile_date_number = routines.profile_date_number

    left join profile_orders
        on profile_dates.profile_date_number = profile_orders.profile_date_number

    left join orientations
        on profile_dates.profile_date_number = orientations.profile_date_number

    left join profile_values
        on profile_dates.profile_date_number = profile_values.profile_date_number

    left join favourites
        on profile_dates.profile_date_number = favourites.profile_date_number

    left join occasions
        on profile_dates.profile_date_number = occasions.profile_date_number

    left join interests
        on profile_dates.profile_date_number = interests.profile_date_number

    left join attributes
        on profile_dates.profile_date_number = attributes.profile_date_number

    left join memberships
        on profile_dates.profile_date_number = memberships.profile_date_number

    left join channels
        on profile_dates.profile_date_number = channels.profile_date_number

    left join messages
        on profile_dates.profile_date_number = messages.profile_date_number

    left join surveys
        on profile_dates.profile_date_number = surveys.profile_date_number

    left join contacts
        on profile_dates.profile_date_number = contacts.profile_date_number

    left join countries
        on lower(coalesce(attributes.customer_country, sessions.latest_country)) = countries.value

)

select * from features

{{ union_carried_rows(model.columns) }}
