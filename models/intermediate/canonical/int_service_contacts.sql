{{ config(pre_hook="{{ keep_before() }}") }}

with

contacts as (

    select * from {{ ref('canonical_service_contacts') }}

),

latest as (

    {{ latest_version('contacts', key=['contact_id']) }}

)

select
    ---------- ids
    contact_id,
    {{ profile_key('customer_id', 'cast(null as ' ~ dbt.type_string() ~ ')') }} as profile_id,

    ---------- what
    lower(channel) as channel,
    effort_score,
    -- where the cost is missing, the handling time at its usual price
    cast(
        coalesce(cost, handling_minutes * {{ threshold('costs', 'service_cost_per_minute') }}, 0) as decimal(19, 4)
    ) as cost,

    ---------- when
    opened_at,
    cast({{ in_business_timezone('opened_at') }} as date) as opened_date

from latest
