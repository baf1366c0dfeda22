{{ config(pre_hook="{{ keep_before() }}") }}

with

contacts as (

    select * from {{ ref('stg_shop__service_contacts') }}

),

as_of as (

    select * from {{ ref('int_as_of') }}

),

numbered as (

    select
        *,
        row_number() over (
            partition by contact_id
            order by
                _load_id desc, opened_at desc, customer_id desc, cost desc, handling_minutes desc, effort_score desc
        ) as nth_latest

    from contacts

    where opened_at <= (select as_of.as_of from as_of)

)

select
    ---------- ids
    numbered.contact_id,
    {{ profile_key('numbered.customer_id', 'cast(null as ' ~ dbt.type_string() ~ ')') }} as profile_id,

    ---------- what
    numbered.effort_score,
    -- where nobody wrote down what it cost, the time that it took does
    cast(
        coalesce(
            numbered.cost, numbered.handling_minutes * {{ threshold('costs', 'service_cost_per_minute') }}, 0
        ) as decimal(18, 4)
    ) as cost,

    ---------- when
    cast({{ in_business_timezone('numbered.opened_at') }} as date) as opened_date

from numbered

where numbered.nth_latest = 1
