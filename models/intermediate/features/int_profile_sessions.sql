{{ config(materialized='view') }}

with

funnel as (

    select * from {{ ref('segment_definitions') }}

    where scheme = 'funnel'

),

operating_systems as (

    select * from {{ ref('attribute_taxonomy') }}

    where attribute = 'os'

),

regions as (

    select * from {{ ref('regions') }}

),

home_countries as (

    select distinct country from {{ ref('regions') }}

),

sessions as (

    select
        session_classes.profile_id,
        session_classes.nth_of_profile,
        session_classes.is_judger,
        session_classes.is_comparer,
        session_classes.comparer_basis,
        session_classes.product_count,
        session_classes.offer_click_count,
        session_classes.duration_seconds,
        session_classes.function_count,
        session_classes.country,
        session_classes.channel,
        session_classes.ended_date,
        lower(session_classes.device_type) as device_type,
        lower(session_classes.browser) as browser,
        case when session_classes.os is not null then coalesce(operating_systems.level, 'other') end as os,
        {{ region_level('session_classes.country', 'regions.level', 'home_countries.country') }} as region,
        funnel.rank as funnel_rank

    from {{ ref('int_session_classes') }} as session_classes

    inner join funnel
        on session_classes.funnel_class = funnel.segment

    left join operating_systems
        on lower(session_classes.os) = operating_systems.value

    left join regions
        on {{ is_region('session_classes.country', 'session_classes.region', 'regions') }}

    left join home_countries
        on lower(session_classes.country) = home_countries.country

    where not session_classes.is_robot

),

profile_dates as (

    select * from {{ ref('int_profile_dates_this_run') }}

    where {{ is_in_batch() }}

),

ended as (

    select
        sessions.*,
        profile_dates.profile_date_number,
        profile_dates.as_of_date,
        {{ dbt.datediff('sessions.ended_date', 'profile_dates.as_of_date', 'day') }} as days_ago

    from sessions

    inner join profile_dates
        on
            sessions.profile_id = profile_dates.profile_id
            and sessions.ended_date <= profile_dates.as_of_date

),

counted as (

    select
        profile_date_number,

        ---------- so far
        count(*) as session_count,
        min(days_ago) as days_since_last_session,
        max(days_ago) as days_since_first_session,
        max_by(funnel_rank, nth_of_profile) as latest_rank,
        min_by(channel, nth_of_profile) as acquisition_channel,
        max_by(country, case when country is not null then nth_of_profile end) as latest_country,
        max_by(region, case when region is not null then nth_of_profile end) as latest_region,

        ---------- in 30 days, and in the 30 before
        count(case when days_ago < 30 then 1 end) as session_count_30d,
        count(case when days_ago between 30 and 59 then 1 end) as session_count_30d_before,
        count(distinct case when days_ago < 30 and product_count > 0 then ended_date end) as product_days_30d,
        max(case when days_ago < 30 then funnel_rank end) as deepest_rank_30d,
        max(case when days_ago between 30 and 59 then funnel_rank end) as deepest_rank_30d_before,

        ---------- in 90 days
        count(case when days_ago < 90 then 1 end) as session_count_90d,
        count(case when days_ago < 90 and is_judger then 1 end) as judger_session_count_90d,
        count(case when days_ago < 90 and is_comparer then 1 end) as comparer_session_count_90d,
        max(case when days_ago < 90 and comparer_basis in ('comparison_site', 'both') then 1 else 0 end)
            as has_comparison_site_90d,
        max(case when days_ago < 90 and comparer_basis in ('return', 'both') then 1 else 0 end) as has_return_90d,
        count(case when days_ago < 90 and offer_click_count > 0 then 1 end) as offer_session_count_90d,
        cast(sum(case when days_ago < 90 then duration_seconds else 0 end) / 60 as integer) as minutes_on_site_90d,
        max(case when days_ago < 90 then function_count end) as functions_used_90d,

        ---------- in 365 days
        {{ count_each('device_type', ['mobile', 'desktop', 'tablet'], 'days_ago < 365') }},
        {{ count_each('browser', ['chrome', 'safari', 'firefox', 'edge'], 'days_ago < 365') }},
        {{ count_each('os', ['windows', 'macos', 'android', 'ios', 'linux'], 'days_ago < 365') }}

    from ended

    group by profile_date_number

)

select
    counted.profile_date_number,
    counted.session_count,
    counted.session_count_90d,
    counted.session_count_30d,
    counted.session_count_30d_before,
    counted.product_days_30d,
    counted.days_since_first_session,
    counted.days_since_last_session,
    latest.segment as latest_funnel_class,
    deepest.segment as deepest_funnel_class_30d,
    counted.deepest_rank_30d - counted.deepest_rank_30d_before as funnel_depth_change_30d,
    counted.judger_session_count_90d,
    counted.comparer_session_count_90d,
    case
        when counted.has_comparison_site_90d = 1 and counted.has_return_90d = 1 then 'both'
        when counted.has_comparison_site_90d = 1 then 'comparison_site'
        when counted.has_return_90d = 1 then 'return'
    end as comparer_basis_90d,
    counted.offer_session_count_90d,
    counted.minutes_on_site_90d,
    counted.functions_used_90d,
    {{ most_frequent('device_type', ['mobile', 'desktop', 'tablet']) }} as main_device_type_365d,
    {{ share_of_most_frequent('device_type', ['mobile', 'desktop', 'tablet']) }} as main_device_type_share_365d,
    {{ most_frequent('browser', ['chrome', 'safari', 'firefox', 'edge']) }} as main_browser_365d,
    {{ most_frequent('os', ['windows', 'macos', 'android', 'ios', 'linux']) }} as main_os_365d,
    counted.latest_country,
    counted.latest_region,
    counted.acquisition_channel

from counted

inner join funnel as latest
    on counted.latest_rank = latest.rank

left join funnel as deepest
    on counted.deepest_rank_30d = deepest.rank
