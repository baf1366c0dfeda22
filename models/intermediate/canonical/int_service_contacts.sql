{{ config(pre_hook="{{ keep_before() }}") }}

with

contacts as (

    select * from {{ ref('canonical_service_contacts') }}

),

assumptions as (

    select max(case when assumption = 'service_cost_per_minute' then value end) as service_cost_per_minute

    from {{ ref('cost_assumptions') }}

),

latest as (

    {{ latest_version('contacts', key=['contact_id']) }}

)

select
    ---------- ids
    latest.contact_id,
    {{ profile_key('latest.customer_id', 'cast(null as ' ~ dbt.type_string() ~ ')') }} as profile_id,

    ---------- what
    latest.effort_score,
    -- where the cost is missing, the handling time at its usual price
    cast(
        coalesce(latest.cost, latest.handling_minutes * assumptions.service_cost_per_minute, 0) as decimal(18, 4)
    ) as cost,

    ---------- when
    cast({{ in_business_timezone('latest.opened_at') }} as date) as opened_date

from latest

cross join assumptions
