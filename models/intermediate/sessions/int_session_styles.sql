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

visits_of_products as (

    select
        session_products.session_id,
        session_products.session_started_at,
        case when session_products.view_count > 0 then session_products.attention_kinds end as attention_kinds,
        -- whoever returns may do so on another device
        case
            when session_products.view_count > 0
                then lag(session_products.session_started_at) over (
                    partition by sessions.profile_id, session_products.product_id, session_products.view_count > 0
                    order by session_products.session_started_at, session_products.session_id
                )
        end as visited_before_at

    from session_products

    inner join sessions
        on session_products.session_id = sessions.session_id

),

attention as (

    select
        visits_of_products.session_id,
        count(*) as product_count,
        max(visits_of_products.attention_kinds) as most_attention_kinds,
        min({{ seconds_between('visits_of_products.visited_before_at', 'visits_of_products.session_started_at') }})
        / (24 * 60 * 60) as days_since_same_product

    from visits_of_products

    group by visits_of_products.session_id

),

styles as (

    select
        sessions.session_id,
        coalesce(attention.product_count, 0) as product_count,
        coalesce(attention.most_attention_kinds >= thresholds.judger_min_attention_kinds, false) as is_judger,
        comparison_referrals.session_id is not null
        or sessions.product_compare_count > 0
        or coalesce(
            attention.days_since_same_product <= thresholds.comparer_return_days
            and attention.product_count <= thresholds.comparer_max_products,
            false
        ) as is_comparer

    from sessions

    cross join thresholds

    left join attention
        on sessions.session_id = attention.session_id

    left join comparison_referrals
        on sessions.session_id = comparison_referrals.session_id

)

select * from styles
