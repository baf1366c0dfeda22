{{ config(materialized='view') }}

with

sessions as (

    select
        session_id,
        lower({{ url_host('referrer_url') }}) as referrer_host,
        lower(utm_source) as utm_source

    from {{ ref('int_session_starts') }}

    where referrer_url is not null or utm_source is not null

),

places as (

    select distinct
        referrer_host,
        utm_source

    from sessions

),

comparison_sites as (

    select * from {{ ref('comparison_sites') }}

),

matched as (

    select distinct
        places.referrer_host,
        places.utm_source

    from places

    inner join comparison_sites
        on
            {{ dbt.position('comparison_sites.site_part', "coalesce(places.referrer_host, '')") }} > 0
            or {{ dbt.position('comparison_sites.site_part', "coalesce(places.utm_source, '')") }} > 0

)

select sessions.session_id

from sessions

inner join matched
    on
        coalesce(sessions.referrer_host, '') = coalesce(matched.referrer_host, '')
        and coalesce(sessions.utm_source, '') = coalesce(matched.utm_source, '')
