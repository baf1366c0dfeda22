-- One row per person with orders, with the days between which they order.
create table active_times as

with

draws as (

    select
        people.*,
        lifecycles.* exclude (lifecycle, share, share_from, share_until),
        -- in a short shop, shares of its days
        least(latest_start, cast(getvariable('days') * 0.9 as integer)) as days_without_start,
        cast(least(least_absence + 170 * chance(person_id, 'absence'), 0.65 * getvariable('days')) as integer) as absence

    from people

    inner join lifecycles
        on people.lifecycle = lifecycles.lifecycle

),

started as (

    select
        draws.*,
        case
            when lifecycle = 'new' then cast(getvariable('end_date') - whole_number(
                0, least(26, getvariable('days') // 10), person_id, 'start') as date)
            else least(calendar_wheel.day, cast(getvariable('end_date') - days_without_start as date))
        end as start_day

    from draws

    inner join calendar_wheel
        on cast(floor(
            20000 * chance(person_id, 'start') * (getvariable('days') - days_without_start) / getvariable('days')
        ) as integer) = calendar_wheel.slot

)

select
    started.*,
    cast(greatest(start_day, getvariable('end_date') - if(least_absence > 0, absence, 0)) as date) as until_day

from started;

-- One row per order that follows from a person's life cycle, with its day and channel; lines are added later.
create table natural_orders as

with

-- the orders of a life cycle, one after the other
in_sequence as (

    select
        *,
        nth_of(person_id, 100 + nth) as order_key,
        cast(start_day + cast(sum(
            if(nth = 0, 0, gap_min + cast(floor((gap_max - gap_min) * chance(nth_of(person_id, 100 + nth), 'gap')) as integer))
        ) over (partition by person_id order by nth) as integer) as date) as planned_day

    from (select *, unnest(range(orders_max)) as nth from active_times where lifecycle != 'occasional')

),

-- who was won back stayed away for more than a year
after_absence as (

    select
        *,
        2 as nth,
        nth_of(person_id, 100 + 2) as order_key,
        cast(getvariable('end_date') - whole_number(5, 150, person_id, 'won back') as date) as planned_day

    from active_times
    where lifecycle = 'won back'

),

-- every year, before their day; some come twice
days_to_give as (

    select occasion, day, days_before, cast(null as bigint) as person_id from gift_days

    union all

    select 'birthday', birthday_in(feasts.year, birth_date), 12, person_id
    from active_times
    cross join feasts
    where occasion = 'birthday'

),

for_occasions as (

    select
        active_times.*,
        row_number() over (partition by active_times.person_id order by days_to_give.day, twice.nth) as nth,
        nth_of(
            active_times.person_id,
            100 + row_number() over (partition by active_times.person_id order by days_to_give.day, twice.nth)
        ) as order_key,
        cast(days_to_give.day - whole_number(
            2,
            days_to_give.days_before,
            nth_of(active_times.person_id, 10 * (year(days_to_give.day) % 100) + twice.nth),
            'before'
        ) as date) as planned_day

    from active_times

    inner join days_to_give
        on active_times.occasion = days_to_give.occasion
        and coalesce(days_to_give.person_id, active_times.person_id) = active_times.person_id

    inner join (values (1), (2)) as twice(nth)
        on twice.nth = 1 or chance(active_times.person_id, 'twice') < 0.3

),

wanted as (

    select * from in_sequence
    where nth = 0 or planned_day <= until_day

    union all by name

    select * from after_absence

    union all by name

    select * from for_occasions
    where planned_day >= start_day

),

-- who waits for the sale buys in the next one, once in each; who pays the full price buys before or after it
at_their_price as (

    select
        wanted.*,
        case
            when wanted.price_style = 'waits for the sale' then cast(
                next_sales.first_day
                + whole_number(0, least(9, cast(next_sales.last_day - next_sales.first_day as integer)), order_key, 'sale day')
                as date
            )
            when wanted.price_style = 'full price' and current_sales.sale_number is not null and wanted.occasion is null then cast(
                if(
                    current_sales.last_day + 10 < wanted.until_day and chance(order_key, 'after the sale') < 0.7,
                    current_sales.last_day + whole_number(1, 6, order_key, 'after'),
                    current_sales.first_day - whole_number(1, 6, order_key, 'before')
                ) as date
            )
            else wanted.planned_day
        end as day,
        if(wanted.price_style = 'waits for the sale', next_sales.sale_number, null) as waited_for

    from wanted

    left join sales as current_sales
        on wanted.planned_day between current_sales.first_day and current_sales.last_day

    asof left join sales as next_sales
        on wanted.planned_day <= next_sales.last_day

)

select
    order_key,
    person_id,
    day,
    waited_for,
    if(
        sales_channel = 'mixed',
        pick(['online', 'online', 'store', 'store', 'phone'], order_key, 'channel'),
        sales_channel
    ) as sales_channel

from at_their_price

where day between getvariable('first_day') and getvariable('end_date')

qualify waited_for is null
    or row_number() over (partition by person_id, waited_for order by day, order_key) = 1;

-- One row per person with an account, with the day of sign-up.
create table accounts as

select
    people.person_id,
    case
        when people.has_old_account then cast(getvariable('first_day') - whole_number(1, 700, people.person_id, 'old') as date)
        when people.kind = 'customer' then coalesce(first_orders.day, active_times.start_day)
        else sign_up_days.day
    end as since_day

from people

left join active_times
    on people.person_id = active_times.person_id

left join (select person_id, min(day) as day from natural_orders group by person_id) as first_orders
    on people.person_id = first_orders.person_id

left join calendar_wheel as sign_up_days
    on cast(floor(19000 * chance(people.person_id, 'sign-up')) as integer) = sign_up_days.slot

where people.has_account;

-- A campaign every six weeks, by e-mail, text or post.
create table campaigns as

with

numbered as (

    select
        day,
        row_number() over (order by day) as campaign_number

    from calendar
    where (day - getvariable('first_day')) % 42 = 20
        and day <= getvariable('end_date') - 8

)

select
    campaign_number,
    day,
    ['email', 'email', 'sms', 'email', 'post'][1 + (campaign_number - 1) % 5] as channel,
    channel || '-' || strftime(day, '%Y-%m-%d') as campaign_id

from numbered;

-- One row per campaign and selected customer; a random fifth is the control group.
-- The planted effect: three in ten of the readers who can still be persuaded order within a week of the message.
create table campaign_assignments as

with

chosen as (

    select
        nth_of(people.person_id, 500 + campaigns.campaign_number) as assignment_key,
        campaigns.*,
        people.person_id,
        people.lifecycle,
        people.price_style,
        people.reads_messages,
        active_times.start_day,
        active_times.until_day

    from people

    inner join accounts
        on people.person_id = accounts.person_id

    inner join campaigns
        on accounts.since_day < campaigns.day
        and chance(nth_of(people.person_id, campaigns.campaign_number), 'chosen') < 0.5

    left join active_times
        on people.person_id = active_times.person_id

    where campaigns.channel != 'email' or people.has_email_consent

),

assigned as (

    select
        *,
        if(chance(assignment_key, 'variant') < 0.2, 'control', 'treatment') as variant,
        -- who reads none is not moved by any; a lapsing customer must not come back, who only signed up must not order,
        -- and who buys at set times does so
        reads_messages
        and lifecycle in ('repeat', 'loyal', 'lapsing', 'lapsed')
        and price_style != 'waits for the sale'
        and day > start_day and day <= until_day - 7
        and chance(assignment_key, 'persuadable') < 0.3 as is_persuadable

    from chosen

)

select
    *,
    variant = 'treatment' and is_persuadable as has_order,
    cast(day + whole_number(1, 6, assignment_key, 'order day') as date) as order_day,
    has_order or (variant = 'treatment' and channel != 'post' and reads_messages and chance(assignment_key, 'click') < 0.25) as has_clicked

from assigned;

-- One row per planned order, numbered by day.
create table order_plan as

with

all_orders as (

    select order_key, person_id, day, sales_channel, cast(null as varchar) as campaign_id, waited_for
    from natural_orders

    union all

    select assignment_key, people.person_id, order_day, if(people.sales_channel = 'mixed', 'online', people.sales_channel), campaign_id, null
    from campaign_assignments
    inner join people on campaign_assignments.person_id = people.person_id
    where has_order

)

select
    row_number() over (order by day, order_key) as order_number,
    *,
    pick([1, 1, 1, 1, 1, 2, 2, 2, 3, 4], order_key, 'lines wanted') as lines_wanted

from all_orders;
