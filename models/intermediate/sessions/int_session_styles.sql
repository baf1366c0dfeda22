{{ config(materialized='view') }}

with

sessions as (

    select * from {{ ref('int_sessions_to_classify') }}

),

session_products as (

    select * from {{ ref('int_session_products') }}

),

comparison_referrals as (

    select * from {{ ref('int_comparison_referrals') }}

),

thresholds as (

    select
        max(case when threshold = 'judger_min_attention_kinds' then value end) as judger_min_attention_kinds,
        max(case when threshold = 'comparer_return_days' then value end) as comparer_return_days,
        max(case when threshold = 'comparer_max_products' then value end) as comparer_max_products

    from {{ ref('style_thresholds') }}

),

product_visits as (

    select
        session_products.session_id,
        sessions.profile_id,
        session_products.product_id,
        session_products.session_started_at,
        session_products.view_count,
        session_products.attention_kinds

    from session_products

    inner join sessions
        on session_products.session_id = sessions.session_id

),

attention as (

    select
        session_id,
        count(*) as product_count,
        max(case when view_count > 0 then attention_kinds end) as most_attention_kinds

    from product_visits

    group by session_id

),

viewed as (

    select * from product_visits

    where view_count > 0

),

-- sessions about few products, one of which was seen shortly before
returns as (

    select distinct viewed.session_id

    from viewed

    inner join attention
        on viewed.session_id = attention.session_id

    -- whoever returns may do so on another device
    inner join viewed as viewed_before
        on
            viewed.profile_id = viewed_before.profile_id
            and viewed.product_id = viewed_before.product_id
            and viewed.session_started_at > viewed_before.session_started_at

    cross join thresholds

    where
        attention.product_count <= thresholds.comparer_max_products
        and {{ seconds_between('viewed_before.session_started_at', 'viewed.session_started_at') }}
        <= thresholds.comparer_return_days * 24 * 60 * 60

),

styles as (

    select
        sessions.session_id,
        coalesce(attention.product_count, 0) as product_count,
        coalesce(attention.most_attention_kinds >= thresholds.judger_min_attention_kinds, false) as is_judger,
        comparison_referrals.session_id is not null
        or sessions.product_compare_count > 0
        or returns.session_id is not null as is_comparer

    from sessions

    cross join thresholds

    left join attention
        on sessions.session_id = attention.session_id

    left join returns
        on sessions.session_id = returns.session_id

    left join comparison_referrals
        on sessions.session_id = comparison_referrals.session_id

)

select * from styles
