{{ config(materialized='view') }}

with

sessions as (

    select * from {{ ref('int_sessions_this_run') }}

),

session_products as (

    select * from {{ ref('int_session_products') }}

),

comparison_referrals as (

    select * from {{ ref('int_comparison_referrals') }}

),

product_visits as (

    select
        session_products.session_id,
        sessions.profile_id,
        session_products.product_id,
        session_products.session_started_at,
        session_products.view_count,
        session_products.attention_kinds,
        session_products.product_compare_count

    from session_products

    inner join sessions
        on session_products.session_id = sessions.session_id

),

attention as (

    select
        session_id,
        count(*) as product_count,
        max(case when view_count > 0 then attention_kinds end) as most_attention_kinds,
        sum(product_compare_count) as product_compare_count

    from product_visits

    group by session_id

),

of_few_products as (

    select session_id

    from attention

    where product_count <= {{ threshold('shopping_style', 'comparer_max_products') }}

),

viewed as (

    select * from product_visits

    where view_count > 0

),

-- only for these products an earlier view matters
looked_at_among_few as (

    select distinct
        viewed.profile_id,
        viewed.product_id

    from viewed

    inner join of_few_products
        on viewed.session_id = of_few_products.session_id

),

with_visit_before as (

    select
        viewed.session_id,
        viewed.session_started_at,
        -- a visit on another device of the profile counts, too
        lag(viewed.session_started_at) over (
            partition by viewed.profile_id, viewed.product_id
            order by viewed.session_started_at, viewed.session_id
        ) as visited_before_at

    from viewed

    inner join looked_at_among_few
        on
            viewed.profile_id = looked_at_among_few.profile_id
            and viewed.product_id = looked_at_among_few.product_id

),

returns as (

    select distinct with_visit_before.session_id

    from with_visit_before

    inner join of_few_products
        on with_visit_before.session_id = of_few_products.session_id

    where
        {{ seconds_between('with_visit_before.visited_before_at', 'with_visit_before.session_started_at') }}
        <= {{ threshold('shopping_style', 'comparer_return_days') }} * 24 * 60 * 60

),

judged as (

    select
        sessions.session_id,
        attention.most_attention_kinds
        -- the site's own compare tool, where its events name no product
        + case
            when
                attention.product_compare_count = 0
                and sessions.product_compare_count >= {{ threshold('attention', 'min_product_compares') }}
                then 1
            else 0
        end as most_attention_kinds

    from sessions

    inner join attention
        on sessions.session_id = attention.session_id

),

styles as (

    select
        sessions.session_id,
        coalesce(attention.product_count, 0) as product_count,
        coalesce(
            judged.most_attention_kinds >= {{ threshold('shopping_style', 'judger_min_attention_kinds') }}, false
        ) as is_judger,
        comparison_referrals.session_id is not null or returns.session_id is not null as is_comparer,
        case
            when comparison_referrals.session_id is not null and returns.session_id is not null then 'both'
            when comparison_referrals.session_id is not null then 'comparison_site'
            when returns.session_id is not null then 'return'
        end as comparer_basis

    from sessions

    left join attention
        on sessions.session_id = attention.session_id

    left join judged
        on sessions.session_id = judged.session_id

    left join returns
        on sessions.session_id = returns.session_id

    left join comparison_referrals
        on sessions.session_id = comparison_referrals.session_id

)

select * from styles
