-- The average number of events of a visit by script: once, per product and per order line.
create table script_sizes as

select
    script,
    sum(average) filter (loop = 'once' and event_name != 'identify') as once,
    coalesce(sum(average) filter (loop = 'products'), 0) as per_product,
    coalesce(sum(average) filter (loop = 'lines'), 0) as per_line

-- (as a decimal, because a sum of doubles depends on the order)
from (select *, cast(chance * (times_min + times_max) / 2 as decimal(9, 4)) as average from steps)
group by script;

-- A lookup of a thousand slots for the script of an unplanned visit.
create table script_wheel as

with

audiences as (

    from (select script, share_anonymous as anonymous, share_customer as customer from scripts)
    unpivot (share for audience in (anonymous, customer))

)

select
    audience,
    script,
    row_number() over (partition by audience order by script, nth) - 1 as slot

from (select audience, script, unnest(range(share)) as nth from audiences);

-- One row per planned visit. Visits of one quest look at the same products.
-- (Within a person's keys, visits with an order are below 1000, the visits before them are from 1000, 2000 and 3000 on,
-- and all others from 4000 on.)
create table visits_wanted as

with

orders_online as (

    select
        order_key as visit_key,
        order_plan.person_id,
        day,
        case
            when is_comparer then 'buy_after_comparing'
            when buying_pace = 'impulsive' then 'buy_at_once'
            when buying_pace = 'reassurance seeker' then 'buy_reassured'
            -- guests are seen once
            when people.kind = 'guest' then 'buy'
            when chance(order_key, 'leaves again') < 0.06 then 'buy_and_leave'
            when price_style = 'deal seeker' then 'buy_with_offer'
            else 'buy_weighed'
        end as script,
        order_key as quest_key,
        order_number,
        campaign_id,
        waited_for

    from order_plan
    inner join people using (person_id)
    where order_plan.sales_channel = 'online'

),

before_orders as (

    -- comparers come from another site, return, and only then buy
    select
        visit_key + 1000 as visit_key, person_id, cast(day - 4 as date) as day,
        'come_from_comparison_site' as script, quest_key
    from orders_online
    where script = 'buy_after_comparing'

    union all

    select visit_key + 2000, person_id, cast(day - 2 as date), 'return_to_product', quest_key
    from orders_online
    where script = 'buy_after_comparing'

    union all

    -- a third of those who seek reassurance visited a few days earlier for a different product
    select
        visit_key + 1000, person_id, cast(day - whole_number(1, 6, visit_key, 'day before') as date),
        null, visit_key + 1000
    from orders_online
    where script = 'buy_reassured'
        and chance(visit_key, 'came before') < 0.33

    union all

    -- the unhurried look at what they will buy on two or three days before: who waits for the sale, before it begins
    select
        visit_key + 1000 * look.nth,
        person_id,
        cast(
            coalesce(sales.first_day, orders_online.day)
            - if(look.nth = 1, whole_number(1, 2, visit_key, 'first look'), look.nth * 3 - whole_number(0, 2, visit_key + look.nth, 'look'))
            as date
        ),
        'weigh',
        visit_key
    from orders_online
    inner join (values (1), (2), (3)) as look(nth)
        on look.nth < 3 or chance(visit_key, 'third look') < 0.5
    left join sales
        on orders_online.waited_for = sales.sale_number
    where script in ('buy_weighed', 'buy_with_offer', 'buy_and_leave')

    union all

    -- what is bought in the store was looked at online
    select order_key + 1000, order_plan.person_id, cast(day - whole_number(1, 6, order_key, 'looked up') as date), 'weigh', order_key
    from order_plan
    inner join people using (person_id)
    where order_plan.sales_channel = 'store' and orientation = 'online then store'

),

hesitations as (

    -- a product that is looked at on several days of the last weeks, and not bought
    select
        nth_of(person_id, 4900 + look.nth) as visit_key,
        person_id,
        cast(getvariable('end_date') - whole_number(2, 14, person_id, 'last look') - 3 * look.nth as date) as day,
        'weigh' as script,
        nth_of(person_id, 4900) as quest_key

    from people

    cross join (values (0), (1), (2)) as look(nth)

    where is_hesitating and kind = 'customer' and sales_channel in ('online', 'mixed')
        and lifecycle not in ('lapsing', 'lapsed', 'won back')

),

-- between orders, and a while before the first and after the last
of_customers as (

    select
        nth_of(person_id, 4000 + nth) as visit_key,
        person_id,
        cast(
            from_day + cast(floor((to_day - from_day + 1) * chance(nth_of(person_id, 4000 + nth), 'when')) as integer)
            as date
        ) as day,
        cast(null as varchar) as script,
        nth_of(person_id, 4000 + nth) as quest_key

    from (
        select
            *,
            unnest(range(least(60, cast(floor(
                -1.3 * ln(1 - chance(person_id, 'visits')) * (1 + (to_day - from_day) / 120)
            ) as integer)))) as nth

        from (
            select
                person_id,
                cast(start_day - 40 as date) as from_day,
                least(getvariable('end_date'), cast(if(lifecycle in ('one-time', 'occasional'), start_day + 60, until_day + 20) as date))
                as to_day

            from active_times
            where kind = 'customer' and sales_channel in ('online', 'mixed')
        )
    )

),

-- every few days of the last months, and much on each
of_heavy_users as (

    select
        nth_of(person_id, 4300 + nth) as visit_key,
        person_id,
        cast(getvariable('end_date') - pace * nth - whole_number(0, pace - 1, nth_of(person_id, 4300 + nth), 'when') as date) as day,
        if(chance(nth_of(person_id, 4300 + nth), 'uses') < 0.6, 'use_everything', 'look_around') as script,
        nth_of(person_id, 4300 + nth) as quest_key

    from (
        select *, whole_number(4, 7, person_id, 'pace') as pace, cast(unnest(range(24)) as integer) as nth
        from people
        where is_heavy_user
    )

),

of_those_who_only_sign_up as (

    select
        nth_of(person_id, 4000 + nth) as visit_key,
        person_id,
        if(nth = 0 and not has_old_account, since_day, cast(
            greatest(since_day, getvariable('first_day')) + 1 + whole_number(0, 90, nth_of(person_id, nth), 'later') as date
        )) as day,
        if(nth = 0 and not has_old_account, 'sign_up_and_look', null) as script,
        nth_of(person_id, 4000 + nth) as quest_key

    from (
        select people.*, accounts.since_day, unnest(range(1 + whole_number(0, 2, people.person_id, 'visits'))) as nth
        from people
        inner join accounts on people.person_id = accounts.person_id
        where people.kind = 'signed up only'
    )

),

of_anonymous_visitors as (

    select
        nth_of(person_id, 4000 + nth) as visit_key,
        person_id,
        cast(
            first_days.day
            + if(is_in_rounds, (nth // 3) * 20 + (nth % 3) * 2, nth * pace + whole_number(0, pace, nth_of(person_id, nth), 'jitter'))
            as date
        ) as day,
        -- comparers, and those who look at the same on several days and don't decide
        case
            when is_in_rounds and is_hesitating then 'weigh'
            when is_in_rounds and nth % 3 = 0 then 'come_from_comparison_site'
            when is_in_rounds and nth % 3 = 1 then 'return_to_product'
            when is_in_rounds then 'return_and_leave'
        end as script,
        if(is_in_rounds, nth_of(person_id, 4000 + nth // 3), nth_of(person_id, 4000 + nth)) as quest_key

    from (
        select
            person_id,
            is_hesitating,
            (is_comparer or is_hesitating) and visit_count >= 3 as is_in_rounds,
            pace,
            cast(unnest(range(visit_count)) as integer) as nth

        from (
            select
                *,
                -- most visit once, a few very often
                least(150, cast(floor(pow(1 - chance(person_id, 'visits'), -0.85)) as integer)) as visit_count,
                -- (at least two days apart, so that sixteen quests take more than a week)
                2 + cast(floor(24 * pow(chance(person_id, 'pace'), 2)) as integer) as pace
            from people
            where kind = 'anonymous'
        )
    )

    inner join calendar_wheel as first_days
        on cast(floor(20000 * chance(person_id, 'first visit')) as integer) = first_days.slot

),

of_robots as (

    select
        nth_of(person_id, nth) as visit_key,
        person_id,
        cast(getvariable('end_date') - whole_number(0, getvariable('days') - 1, nth_of(person_id, nth), 'when') as date) as day,
        if(kind = 'robot', 'crawl', 'scrape') as script,
        nth_of(person_id, nth) as quest_key

    from (select *, unnest(range(if(kind = 'robot', 3, 1))) as nth from people where kind in ('robot', 'scraper'))

),

from_messages as (

    select
        nth_of(person_id, 5000 + campaign_number) as visit_key,
        person_id,
        cast(day + 1 as date) as day,
        if(chance(assignment_key, 'offers') < 0.5, 'hunt_offers', 'read_newsletter') as script,
        nth_of(person_id, 5000 + campaign_number) as quest_key,
        campaign_id

    from campaign_assignments
    where has_clicked and not has_order

),

together as (

    select * from orders_online
    union all by name
    select * from before_orders
    union all by name
    select * from hesitations
    union all by name
    select * from of_customers
    union all by name
    select * from of_heavy_users
    union all by name
    select * from of_those_who_only_sign_up
    union all by name
    select * from of_anonymous_visitors
    union all by name
    select * from of_robots
    union all by name
    select * from from_messages

)

select
    together.* replace (coalesce(together.script, script_wheel.script) as script)

from together

inner join people
    on together.person_id = people.person_id

left join script_wheel
    on if(people.kind = 'anonymous', 'anonymous', 'customer') = script_wheel.audience
    and cast(floor(1000 * chance(together.visit_key, 'script')) as integer) = script_wheel.slot

where together.day between getvariable('first_day') and getvariable('end_date');

-- One row per visit that takes place, in order of time.
create table visits as

with

sized as (

    select
        visits_wanted.*,
        people.household_id,
        people.kind,
        people.routine_hour,
        people.favourite_category,
        people.has_second_device and chance(quest_key, 'device') < 0.4 as is_on_second_device,
        case when order_number is not null then lines_wanted.lines_wanted
        else whole_number(lines_min, lines_max, visit_key, 'lines') end as lines_wanted,
        lines_max,
        -- few visits are long
        cast(
            products_min + floor((products_max - products_min + 1) * pow(chance(visit_key, 'products'), if(is_robot, 1, 3)))
            as integer
        ) as product_count

    from visits_wanted

    inner join people
        on visits_wanted.person_id = people.person_id

    inner join scripts
        on visits_wanted.script = scripts.script

    left join (select order_number, lines_wanted from order_plan) as lines_wanted
        using (order_number)

),

expected as (

    select
        sized.* exclude (lines_wanted, lines_max),
        least(lines_wanted, lines_max, greatest(product_count, 1)) as line_count,
        once + per_product * product_count + per_line * least(lines_wanted, lines_max, greatest(product_count, 1)) as event_count

    from sized

    inner join script_sizes
        on sized.script = script_sizes.script

),

at_an_hour as (

    select
        expected.*,
        if(is_on_second_device, visitor_name(expected.person_id, 2), visitor_name(household_id, 1)) as visitor_id,
        to_utc(day_at(
            day,
            3600 * if(routine_hour is not null and chance(visit_key, 'keeps to routine') < 0.85, routine_hour, hour_wheel.hour)
            + 3600 * chance(visit_key, 'seconds')
        )) as starts_at

    from expected

    inner join hour_wheel
        on (isodow(expected.day) >= 6) = hour_wheel.is_weekend
        and cast(floor(1000 * chance(visit_key, 'hour')) as integer) = hour_wheel.slot

),

-- visits on one device start three hours apart, so that no two can be one session;
-- on a day with an order, the visit with the order comes first
orders_first as (

    select *
    from at_an_hour
    where starts_at between getvariable('first_day') and getvariable('data_until') - interval 3 hours
    qualify order_number is not null
        or not bool_or(order_number is not null) over (partition by visitor_id, day)

),

apart as (

    select *
    from orders_first
    qualify coalesce(
        starts_at - max(starts_at) over (
            partition by visitor_id order by starts_at, visit_key rows between unbounded preceding and 1 preceding
        ) >= interval 3 hours,
        true
    )

),

-- people are admitted until the requested number of events is reached
admitted as (

    select person_id
    from (select person_id, sum(event_count) as event_count from apart group by person_id)
    qualify sum(event_count) over (order by person_id rows unbounded preceding) <= getvariable('events')
        or person_id <= getvariable('named_people')

),

quests as (

    select
        household_id,
        quest_key,
        row_number() over (partition by household_id order by min(starts_at), quest_key) % 16 as shelf

    from apart
    inner join admitted using (person_id)
    group by household_id, quest_key

),

aimed as (

    select
        *,
        if(
            chance(quest_key, 'favourite') < 0.5,
            favourite_category,
            whole_number(0, 11, quest_key, 'category')
        ) as category_number,
        -- the first blocks of a category are the most popular
        cast(floor(getvariable('blocks') * pow(chance(quest_key, 'block'), 2)) as integer) as block

    from apart

)

select
    row_number() over (order by apart.starts_at, apart.visit_key) as visit_id,
    apart.visitor_id,
    apart.person_id,
    apart.starts_at,
    apart.day,
    apart.script,
    apart.quest_key,
    apart.product_count,
    apart.line_count,
    apart.order_number,
    apart.campaign_id,

    ---------- what it looks at
    apart.category_number,
    apart.block,
    cast(quests.shelf as integer) as shelf,
    -- most search for a kind of product, some for a name, and now and then something is pasted that should not be
    case
        when chance(apart.visit_key, 'search') < 0.85 then pick(search_words.words, apart.visit_key, 'word')
        when chance(apart.visit_key, 'search') < 0.995 then 'demo product ' || whole_number(1, 192, apart.visit_key, 'name')
        else 'demo.customer.' || apart.person_id || '@example.invalid'
    end as search_term,

    coalesce(
        apart.starts_at - lag(apart.starts_at) over (
            partition by apart.household_id, apart.quest_key order by apart.starts_at
        ) < interval 7 days,
        false
    ) as is_return,

    ---------- who is known, and how
    case
        when accounts.since_day is null then null
        when apart.script = 'sign_up_and_look' then 'sign_up'
        when apart.order_number is not null and not people.has_old_account
            and row_number() over (
                partition by apart.person_id, apart.order_number is not null order by apart.starts_at
            ) = 1
            and apart.day = accounts.since_day then 'sign_up'
        when apart.day <= accounts.since_day then null
        when chance(apart.visitor_id || apart.visit_key, 'known') < 0.45 then 'standing'
        when chance(apart.visitor_id || apart.visit_key, 'known') < 0.75 then 'log_in'
    end as identification,

    ---------- where it comes from
    case
        when scripts.comparer_reason = 'price comparison site' then 'price comparison'
        when apart.campaign_id is not null then 'campaign'
        when apart.script = 'read_newsletter' then 'newsletter'
        when scripts.is_robot or scripts.comparer_reason = 'returned' then 'direct'
        else pick(
            ['direct', 'direct', 'direct', 'search', 'search', 'search', 'advertisement', 'social', 'affiliate'],
            apart.visit_key,
            'source'
        )
    end as came_from

from aimed as apart

-- (a quest belongs to one household, and a household is admitted as a whole or not at all)
inner join quests
    on apart.household_id = quests.household_id
    and apart.quest_key = quests.quest_key

inner join search_words
    on apart.category_number = search_words.category_number

inner join people
    on apart.person_id = people.person_id

inner join scripts
    on apart.script = scripts.script

left join accounts
    on apart.person_id = accounts.person_id

order by visit_id;
