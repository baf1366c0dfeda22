-- One row per customer, with sign-up and order history.
create table customer_histories as

with

order_totals as (

    select
        person_id,
        count(*) as order_count,
        min(ordered_at) as first_ordered_at,
        max(ordered_at) as last_ordered_at

    from placed_orders
    group by person_id

),

sign_ups as (

    select person_id, min(signed_up_at) as signed_up_at
    from key_moments
    where signed_up_at is not null
    group by person_id

)

select
    people.*,
    customer_name(people.person_id) as customer_id,
    coalesce(order_totals.order_count, 0) as order_count,
    order_totals.first_ordered_at,
    order_totals.last_ordered_at,
    -- the sign-up event if there is one, else just before the first order, else the planned day
    least(coalesce(
        sign_ups.signed_up_at,
        if(people.has_old_account, null, order_totals.first_ordered_at - interval 10 minutes),
        day_at(accounts.since_day, 36000 + 36000 * chance(people.person_id, 'sign-up time'))
    ), getvariable('data_until') - interval 1 hour) as signed_up_at

from people

inner join accounts
    on people.person_id = accounts.person_id

left join order_totals
    on people.person_id = order_totals.person_id

left join sign_ups
    on people.person_id = sign_ups.person_id;

-- One row per spell in a loyalty tier; loyal customers move up, lapsed customers leave.
create table shop_loyalty_memberships as

with

members as (

    select *
    from customer_histories
    where order_count > 0
        and chance(person_id, 'member') < if(lifecycle in ('loyal', 'repeat', 'won back'), 0.7, 0.2)

),

spells as (

    select
        customer_id,
        'bronze' as tier,
        first_ordered_at + interval 1 hour as joined_at,
        case
            when lifecycle = 'loyal' then first_ordered_at + (last_ordered_at - first_ordered_at) / 2
            when lifecycle = 'lapsed' and chance(person_id, 'left') < 0.5 then last_ordered_at + interval 30 days
        end as left_at

    from members

    union all

    select
        customer_id,
        if(order_count >= 10, 'gold', 'silver') as tier,
        first_ordered_at + (last_ordered_at - first_ordered_at) / 2,
        null

    from members
    where lifecycle = 'loyal' and order_count > 3

)

select
    customer_id,
    'Demo Club' as program,
    tier,
    joined_at,
    if(left_at > joined_at and left_at < getvariable('data_until'), left_at, null) as left_at,
    joined_at as arrives_at

from spells;

-- One row per version of a customer.
create table shop_customers as

with

described as (

    select
        *,
        list_filter(
            [
                if(has_email_consent, 'email', null),
                if(chance(person_id, 'sms consent') < 0.3, 'sms', null),
                if(chance(person_id, 'post consent') < 0.4, 'post', null),
                if(chance(person_id, 'profiling consent') < 0.8, 'profiling', null)
            ], lambda consent: consent is not null
        ) as consent_list

    from customer_histories

),

versions as (

    select *, signed_up_at as updated_at, false as has_moved from described

    union all

    select
        *,
        signed_up_at + (getvariable('data_until') - interval 2 hours - signed_up_at) * chance(person_id, 'changed at') as updated_at,
        true as has_moved

    from described
    where chance(person_id, 'changed') < 0.12

)

select
    versions.customer_id,
    if(chance(person_id, 'no e-mail') < 0.03, null, 'demo.customer.' || person_id || '@example.invalid') as email,
    -- phone numbers that Ofcom reserves for fiction
    if(chance(person_id, 'no phone') < 0.3, null, '+44 7700 900' || lpad(cast(person_id % 1000 as varchar), 3, '0')) as phone,
    if(is_filled_in, birth_date, null) as birth_date,
    pick(['female', 'female', 'female', 'male', 'male', 'male', 'x', null], person_id, 'gender') as gender,
    if(is_filled_in, education, null) as education,
    if(is_filled_in, occupation, null) as occupation,
    if(is_filled_in, income_band, null) as income_band,
    if(is_filled_in, marital_status, null) as marital_status,
    if(is_filled_in, household_size, null) as household_size,
    if(is_filled_in, children, null) as children,
    if(is_filled_in, life_stage, null) as life_stage,
    country,
    place[1] as region,
    place[2] as city,
    case
        when place[3] is null then pick(['ZZ1 1ZZ', 'ZZ2 2ZZ', 'ZZ3 3ZZ'], nth_of(person_id, if(has_moved, 1, 0)), 'postal code')
        else cast(whole_number(
            cast(place[3] as integer), cast(place[4] as integer), nth_of(person_id, if(has_moved, 1, 0)), 'postal code'
        ) as varchar) || if(country = 'NL', ' XX', '')
    end as postal_code,
    -- the shop looked it up for some
    if(chance(person_id, 'urbanity known') < 0.5, place[5], null) as urbanity,
    signed_up_at,
    pick(consent_list || cast([null] as varchar[]), person_id, 'preferred channel') as preferred_channel,
    array_to_string(
        consent_list || if(chance(person_id, 'agrees to calls') < 0.5, ['phone'], cast([] as varchar[])), ','
    ) as consents,
    if(
        chance(person_id, 'social media') < 0.3,
        cast(floor(20 * pow(1 - chance(person_id, 'followers'), -0.9)) as integer),
        null
    ) as social_followers,
    tiers.tier as loyalty_tier,
    updated_at,
    updated_at + interval 5 seconds as arrives_at

from versions

left join (
    select customer_id, arg_max(tier, joined_at) as tier from shop_loyalty_memberships where left_at is null group by customer_id
) as tiers
    on versions.customer_id = tiers.customer_id
    -- only the latest version has the tier
    and has_moved;

-- Erasure requests of a few customers and of one visitor without an account.
create table shop_erasure_requests as

with

asking as (

    (
        select customer_id, cast(null as varchar) as visitor_id, person_id
        from customer_histories
        order by chance(person_id, 'erasure'), person_id
        limit greatest(3, getvariable('customers') // 1000)
    )

    union all

    (
        select null, visitor_id, owner_id
        from visitors
        where kind = 'anonymous' and visitor_id in (select visitor_id from visits)
        order by chance(owner_id, 'erasure'), owner_id
        limit 2
    )

)

select
    customer_id,
    visitor_id,
    getvariable('data_until') - to_microseconds(cast(86400000000 * (1 + 30 * chance(person_id, 'asked at')) as bigint)) as requested_at,
    requested_at as arrives_at

from asking;
