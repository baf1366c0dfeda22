{{ config(materialized='view') }}

with

starts as (

    select * from {{ ref('int_session_starts') }}

),

sessions as (

    select session_id from {{ ref('int_sessions_this_run') }}

),

channel_rules as (

    select * from {{ ref('channel_rules') }}

),

channel_sources as (

    select * from {{ ref('channel_sources') }}

),

channel_mediums as (

    select * from {{ ref('channel_mediums') }}

),

click_ids as (

    select * from {{ ref('click_ids') }}

),

arrivals as (

    select
        starts.session_id,
        lower(starts.landing_page_url) as landing_page,
        {{ bare_host('starts.landing_page_url') }} as landing_host,
        {{ bare_host('starts.referrer_url') }} as referrer_host,
        lower(starts.utm_source) as utm_source,
        lower(starts.utm_medium) as utm_medium,
        lower(starts.utm_campaign) as campaign

    from starts

    inner join sessions
        on starts.session_id = sessions.session_id

),

clicked as (

    select
        arrivals.session_id,
        min(click_ids.source) as source,
        min(click_ids.medium) as medium

    from arrivals

    inner join click_ids
        on {{ dbt.position('click_ids.url_part', 'arrivals.landing_page') }} > 0

    where arrivals.utm_source is null and arrivals.utm_medium is null

    group by arrivals.session_id

),

-- the tags of a campaign count, then an advertiser's click, then another site that has a link
came_from as (

    select
        arrivals.session_id,
        case
            when arrivals.utm_source is not null or arrivals.utm_medium is not null then arrivals.utm_source
            when clicked.session_id is not null then clicked.source
            when {{ is_other_site('arrivals.referrer_host', 'arrivals.landing_host') }} then arrivals.referrer_host
        end as source,
        case
            when arrivals.utm_source is not null or arrivals.utm_medium is not null then arrivals.utm_medium
            when clicked.session_id is not null then clicked.medium
            when {{ is_other_site('arrivals.referrer_host', 'arrivals.landing_host') }} then 'referral'
        end as medium,
        arrivals.campaign,
        arrivals.utm_source is not null as is_source_of_campaign

    from arrivals

    left join clicked
        on arrivals.session_id = clicked.session_id

),

-- few places bring many sessions
places as (

    select distinct
        source,
        medium,
        campaign,
        is_source_of_campaign,
        {{ dbt.concat([
            "'.'",
            "case when is_source_of_campaign then replace(replace(replace(source, ' ', '.'), '-', '.'), '_', '.') "
            ~ "else source end",
            "'.'"
        ]) }} as dotted_source

    from came_from

),

categorized as (

    select
        places.source,
        places.medium,
        places.campaign,
        places.is_source_of_campaign,
        coalesce(
            channel_sources.source_category,
            case when places.source is null and places.campaign is null then 'direct' end
        ) as source_category,
        row_number() over (
            partition by places.source, places.medium, places.campaign, places.is_source_of_campaign
            order by length(channel_sources.source_part) desc, channel_sources.source_part
        ) as nth_category

    from places

    left join channel_sources
        on {{ dbt.position(dbt.concat(["'.'", 'channel_sources.source_part', "'.'"]), 'places.dotted_source') }} > 0

),

kinds as (

    select distinct
        places.medium,
        channel_mediums.medium_kind

    from places

    inner join channel_mediums
        on places.medium like channel_mediums.medium_pattern

),

fitting as (

    select
        categorized.source,
        categorized.medium,
        categorized.campaign,
        categorized.is_source_of_campaign,
        channel_rules.channel,
        row_number() over (
            partition by
                categorized.source, categorized.medium, categorized.campaign, categorized.is_source_of_campaign
            order by channel_rules.rank
        ) as nth_best

    from categorized

    left join kinds
        on categorized.medium = kinds.medium

    inner join channel_rules
        on
            coalesce(categorized.source_category = channel_rules.source_category, channel_rules.source_category is null)
            and coalesce(
                case when categorized.medium is null then 'none' else kinds.medium_kind end = channel_rules.medium_kind,
                channel_rules.medium_kind is null
            )
            and coalesce(
                categorized.campaign like channel_rules.campaign_pattern, channel_rules.campaign_pattern is null
            )

    where categorized.nth_category = 1

)

select
    came_from.session_id,
    coalesce(fitting.channel, 'unassigned') as channel

from came_from

left join fitting
    on
        came_from.source is not distinct from fitting.source
        and came_from.medium is not distinct from fitting.medium
        and came_from.campaign is not distinct from fitting.campaign
        and came_from.is_source_of_campaign = fitting.is_source_of_campaign
        and fitting.nth_best = 1
