{{ config(pre_hook="{{ keep_before() }}") }}

with

memberships as (

    select * from {{ ref('canonical_loyalty_memberships') }}

),

-- a spell lands again when it ends
latest as (

    {{ latest_version('memberships', key=['customer_id', 'program', 'joined_at']) }}

)

select
    {{ profile_key('customer_id', 'cast(null as ' ~ dbt.type_string() ~ ')') }} as profile_id,
    program,
    tier,
    joined_at,
    cast({{ in_business_timezone('joined_at') }} as date) as joined_date,
    cast({{ in_business_timezone('left_at') }} as date) as left_date

from latest
