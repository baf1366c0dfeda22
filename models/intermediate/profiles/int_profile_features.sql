{{ config(materialized='incremental', incremental_strategy='replace_profile_dates') }}

with

profile_dates as (

    select * from {{ ref('int_profile_dates') }}

),

profile_sessions as (

    select * from {{ ref('int_profile_sessions') }}

),

active_days as (

    select * from {{ ref('int_profile_active_days') }}

),

profile_values as (

    select * from {{ ref('int_profile_values') }}

),

features as (

    select
        ---------- ids
        profile_dates.profile_id,
        profile_dates.customer_id,
        profile_dates.as_of_date,

        ---------- sessions
        coalesce(profile_sessions.session_count, 0) as session_count,
        profile_sessions.latest_class,
        profile_sessions.latest_session_date,
        profile_sessions.deepest_rank_30d,
        profile_sessions.deepest_rank_30d_before,
        coalesce(profile_sessions.session_count_style_window, 0) as session_count_style_window,
        coalesce(profile_sessions.judger_session_count, 0) as judger_session_count,
        coalesce(profile_sessions.comparer_session_count, 0) as comparer_session_count,

        ---------- activity
        coalesce(active_days.active_days_90d, 0) as active_days_90d,

        ---------- orders
        coalesce(profile_values.order_count, 0) as order_count,
        profile_values.last_order_date,
        profile_values.days_since_last_order,
        coalesce(profile_values.net_revenue, 0) as net_revenue,
        profile_values.margin

    from profile_dates

    left join profile_sessions
        on
            profile_dates.profile_id = profile_sessions.profile_id
            and profile_dates.as_of_date = profile_sessions.as_of_date

    left join active_days
        on
            profile_dates.profile_id = active_days.profile_id
            and profile_dates.as_of_date = active_days.as_of_date

    left join profile_values
        on
            profile_dates.profile_id = profile_values.profile_id
            and profile_dates.as_of_date = profile_values.as_of_date

)

select * from features
