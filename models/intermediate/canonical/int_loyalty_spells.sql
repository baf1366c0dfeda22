{{ config(pre_hook="{{ keep_before() }}") }}

with

memberships as (

    select * from {{ ref('stg_shop__loyalty_memberships') }}

),

as_of as (

    select * from {{ ref('int_as_of') }}

),

-- a spell lands again when it ends
numbered as (

    select
        *,
        row_number() over (
            partition by customer_id, program, joined_at
            order by _load_id desc, left_at desc nulls last, tier desc
        ) as nth_latest

    from memberships

    where joined_at <= (select as_of.as_of from as_of)

)

select
    {{ profile_key('customer_id', 'cast(null as ' ~ dbt.type_string() ~ ')') }} as profile_id,
    program,
    tier,
    joined_at,
    cast({{ in_business_timezone('joined_at') }} as date) as joined_date,
    cast({{ in_business_timezone('left_at') }} as date) as left_date

from numbered

where nth_latest = 1
