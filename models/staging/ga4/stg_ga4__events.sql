with

events as (

    select * from {{ ref('base_ga4__events') }}

),

-- The table of the current day is replaced by the daily one, of which a day may have several files.
daily_tables as (

    select
        event_date,
        min(_load_id) as first_load_id

    from events

    where not is_intraday

    group by event_date

),

with_replacement as (

    select
        events.*,
        daily_tables.first_load_id as replaced_by_load_id

    from events

    left join daily_tables
        on case when events.is_intraday then events.event_date end = daily_tables.event_date

),

-- Replaced events are withdrawn by the load of the daily table, so that the sessions that they leave are recomputed.
-- Those without consent are in no session: they are left out.
with_withdrawals as (

    select
        *,
        false as is_deleted
    from with_replacement
    where replaced_by_load_id is null or coalesce(has_consent, true)

    union all

    select
        *,
        true as is_deleted
    from with_replacement
    where replaced_by_load_id is not null and coalesce(has_consent, true)

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
        case when is_deleted then replaced_by_load_id else _load_id end as _load_id

    from with_withdrawals

)

select * from renamed
