-- The views are named where they are read, not once for all: DuckDB would compute a query that is read twice whole and
-- keep it, so that no condition of a reader would spare it a row.
with

with_withdrawals as (

    select
        events.*,
        false as is_deleted,
        events._load_id as counted_load_id
    from {{ ref('base_ga4__events') }} as events
    where not (events.is_intraday and coalesce(not events.has_consent, false))

    union all

    -- replaced events are withdrawn by the load of the daily table, so that the sessions that they leave are recomputed
    select
        events.*,
        true as is_deleted,
        daily_tables.first_load_id as counted_load_id
    from {{ ref('base_ga4__events') }} as events
    inner join {{ ref('base_ga4__daily_tables') }} as daily_tables
        on events.event_date = daily_tables.event_date
    where events.is_intraday and coalesce(events.has_consent, true)

    union all

    -- those without consent are in no session, and count until they are replaced
    select
        events.*,
        false as is_deleted,
        events._load_id as counted_load_id
    from {{ ref('base_ga4__events') }} as events
    left join {{ ref('base_ga4__daily_tables') }} as daily_tables
        on events.event_date = daily_tables.event_date
    where events.is_intraday and not events.has_consent and daily_tables.event_date is null

),

renamed as (

    select
        ---------- ids
        event_id,
        -- who did not consent has no key, and is counted only
        coalesce(visitor_id, 'without consent') as visitor_id,
        customer_id,
        order_id,
        tracker_session_id,

        ---------- what
        event_name,
        page_url,
        referrer_url,
        search_term,
        items,
        order_total,
        case when length(currency) = 3 then currency end as currency,

        ---------- where from
        utm_source,
        utm_medium,
        utm_campaign,
        device_type,
        browser,
        os,
        country,
        region,
        city,
        has_consent,

        ---------- when
        occurred_at,

        ---------- landing
        is_deleted,
        counted_load_id as _load_id

    from with_withdrawals

)

select * from renamed
