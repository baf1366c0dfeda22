{{ config(materialized='view') }}

with

sessions as (

    select * from {{ ref('int_session_classes') }}

    where not is_robot

),

profile_dates as (

    select * from {{ ref('int_profile_dates') }}

),

funnel as (

    select * from {{ ref('segment_definitions') }}

    where scheme = 'funnel'

),

style_window as (

    select max(case when threshold = 'style_window_days' then value end) as days

    from {{ ref('style_thresholds') }}

),

ended as (

    select
        sessions.*,
        funnel.rank as funnel_rank,
        profile_dates.as_of_date,
        {{ dbt.datediff('sessions.ended_date', 'profile_dates.as_of_date', 'day') }} as days_ago

    from sessions

    inner join profile_dates
        on
            sessions.profile_id = profile_dates.profile_id
            and sessions.ended_date <= profile_dates.as_of_date

    inner join funnel
        on sessions.funnel_class = funnel.segment

),

features as (

    select
        ended.profile_id,
        ended.as_of_date,
        count(*) as session_count,
        max_by(ended.funnel_class, ended.nth_of_profile) as latest_class,
        max(ended.ended_date) as latest_session_date,
        max(case when ended.days_ago < 30 then ended.funnel_rank end) as deepest_rank_30d,
        max(case when ended.days_ago between 30 and 59 then ended.funnel_rank end) as deepest_rank_30d_before,
        count(case when ended.days_ago < style_window.days then 1 end) as session_count_style_window,
        count(case when ended.days_ago < style_window.days and ended.is_judger then 1 end) as judger_session_count,
        count(case when ended.days_ago < style_window.days and ended.is_comparer then 1 end) as comparer_session_count

    from ended

    cross join style_window

    group by ended.profile_id, ended.as_of_date

)

select * from features
