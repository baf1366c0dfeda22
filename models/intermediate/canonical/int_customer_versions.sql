{{ config(pre_hook="{{ keep_before() }}") }}

with

customers as (
    {{ union_canonical('customers', var('customer_sources'), [
        'customer_id', 'birth_date', 'is_birth_date_estimated', 'gender', 'education', 'income_band', 'household_size',
        'children', 'social_followers', 'country', 'preferred_channel', 'consents', 'signed_up_at', 'updated_at',
        '_load_id'
    ]) }}
),

as_of as (

    select * from {{ ref('int_as_of') }}

),

-- a customer lands again whenever something changes
numbered as (

    select
        customers.*,
        -- of two versions of one instant in one file: any, but always the same
        row_number() over (
            partition by customer_id
            order by
                updated_at asc nulls first,
                _load_id asc,
                signed_up_at asc nulls first,
                consents asc nulls first,
                country asc nulls first,
                birth_date asc nulls first,
                gender asc nulls first,
                education asc nulls first,
                income_band asc nulls first,
                household_size asc nulls first,
                children asc nulls first,
                social_followers asc nulls first,
                preferred_channel asc nulls first,
                source_name asc nulls first
        ) as nth_version

    from customers

    where
        (updated_at is null or updated_at <= (select as_of.as_of from as_of))
        and (signed_up_at is null or signed_up_at <= (select as_of.as_of from as_of))

),

dated as (

    select
        *,
        case
            -- what was told first was so before
            when nth_version = 1 or updated_at is null then cast('0001-01-01' as date)
            else cast({{ in_business_timezone('updated_at') }} as date)
        end as valid_from

    from numbered

),

until as (

    select
        *,
        coalesce(
            lead(valid_from) over (partition by customer_id order by nth_version), cast('9999-12-31' as date)
        ) as valid_to

    from dated

)

select
    ---------- ids
    customer_id,
    {{ profile_key('customer_id', 'cast(null as ' ~ dbt.type_string() ~ ')') }} as profile_id,

    ---------- who
    birth_date,
    is_birth_date_estimated,
    gender,
    education,
    income_band,
    household_size,
    children,
    social_followers,
    country,

    ---------- what they asked for
    preferred_channel,
    consents,

    ---------- when
    signed_up_at,
    valid_from,
    valid_to,
    valid_to = cast('9999-12-31' as date) as is_latest

from until

-- of one day's versions the last one holds
where valid_from < valid_to
