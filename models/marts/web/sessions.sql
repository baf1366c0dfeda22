with

totals as (

    select * from {{ ref('int_session_totals') }}

),

session_profiles as (

    select * from {{ ref('int_session_profiles') }}

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
        session_profiles.profile_id,
        session_profiles.customer_id,

        ---------- which class
        session_profiles.funnel_class,
        funnel.label_en as funnel_label_en,
        funnel.label_nl as funnel_label_nl,
        session_profiles.is_judger,
        session_profiles.is_comparer,
        session_profiles.has_abandoned_cart,
        session_profiles.is_robot,

        ---------- what happened
        cast(totals.event_count as bigint) as event_count,
        cast(totals.page_count as bigint) as page_count,
        totals.product_count,
        cast(totals.cart_add_count as bigint) as cart_add_count,
        cast(session_profiles.purchase_count as bigint) as purchase_count,
        session_profiles.revenue,

        ---------- how it began
        totals.landing_page_url,
        totals.referrer_url,
        totals.utm_source,
        totals.utm_medium,
        totals.utm_campaign,
        totals.device_type,
        totals.country,

        ---------- when
        totals.started_at,
        totals.ended_at,
        session_profiles.duration_seconds

    from totals

    inner join session_profiles
        on totals.session_id = session_profiles.session_id

    left join funnel
        on session_profiles.funnel_class = funnel.segment

)

select * from sessions
