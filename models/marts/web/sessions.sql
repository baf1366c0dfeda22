{{ config(materialized='incremental', incremental_strategy='replace_profiles', on_schema_change='fail') }}

with

totals as (

    select * from {{ ref('int_session_totals') }}

),

starts as (

    select * from {{ ref('int_session_starts') }}

),

session_classes as (

    select * from {{ ref('int_session_classes') }}

    where {{ only_this_run('profile_id') }}

),

funnel as (

    select * from {{ ref('segment_definitions') }}

    where scheme = 'funnel'

),

sessions as (

    select
        ---------- ids
        totals.session_id,
        totals.visitor_id,
        session_classes.profile_id,
        session_classes.customer_id,

        ---------- which class
        session_classes.funnel_class,
        funnel.label_en as funnel_label_en,
        funnel.label_nl as funnel_label_nl,
        session_classes.is_judger,
        session_classes.is_comparer,
        session_classes.comparer_basis,
        session_classes.has_abandoned_cart,
        session_classes.is_robot,

        ---------- what happened
        cast(totals.event_count as bigint) as event_count,
        cast(totals.page_count as bigint) as page_count,
        session_classes.product_count,
        cast(totals.cart_add_count as bigint) as cart_add_count,
        cast(session_classes.purchase_count as bigint) as purchase_count,
        session_classes.revenue,

        ---------- how it began
        starts.landing_page_url,
        starts.landing_page_type,
        starts.referrer_url,
        session_classes.channel,
        starts.utm_source,
        starts.utm_medium,
        starts.utm_campaign,
        starts.device_type,
        starts.browser,
        starts.os,
        starts.country,
        starts.region,
        starts.city,

        ---------- when
        totals.started_at,
        totals.ended_at,
        session_classes.duration_seconds

    from totals

    inner join session_classes
        on totals.session_id = session_classes.session_id

    inner join starts
        on totals.session_id = starts.session_id

    left join funnel
        on session_classes.funnel_class = funnel.segment

)

select * from sessions
