-- One row per order that follows from a person's life cycle, with its day and channel; lines are added later.
create table natural_orders as

with

wanted as (

    select
        people.*,
        phases.phase,
        phases.window_from,
        phases.window_to,
        whole_number(phases.orders_min, phases.orders_max, nth_of(people.person_id, phases.phase), 'orders') as orders

    from people

    inner join lifecycle_phases as phases
        on people.lifecycle = phases.lifecycle

),

each_order as (

    select
        *,
        unnest(range(orders)) as nth,
        row_number() over (partition by person_id order by phase) as nth_phase

    from wanted

),

placed as (

    select
        *,
        nth_of(person_id, phase * 100 + nth) as order_key,
        -- the period is divided into equal parts with one order each
        window_from + (window_to - window_from) * (nth + chance(nth_of(person_id, phase * 100 + nth), 'when')) / orders
        as position,
        case
            -- a lapsed customer must stay away whatever the weights of the days are
            when lifecycle in ('lapsing', 'lapsed', 'won back', 'new') then 'regular'
            when is_gift_buyer then 'gift'
            when price_style = 'waits for the sale' then 'sale'
            else 'regular'
        end as calendar_kind

    from each_order

)

select
    placed.order_key,
    placed.person_id,
    calendar_wheel.day,
    if(
        placed.sales_channel = 'mixed',
        pick(['online', 'online', 'store', 'store', 'phone'], placed.order_key, 'channel'),
        placed.sales_channel
    ) as sales_channel

from placed

inner join calendar_wheel
    on placed.calendar_kind = calendar_wheel.kind
    and least(19999, cast(floor(20000 * placed.position) as integer)) = calendar_wheel.slot;

-- One row per person with an account, with the day of sign-up.
create table accounts as

select
    people.person_id,
    case
        when people.has_old_account then cast(getvariable('first_day') - whole_number(1, 700, people.person_id, 'old') as date)
        when people.kind = 'customer' then first_orders.day
        else sign_up_days.day
    end as since_day

from people

left join (select person_id, min(day) as day from natural_orders group by person_id) as first_orders
    on people.person_id = first_orders.person_id

left join calendar_wheel as sign_up_days
    on sign_up_days.kind = 'regular'
    and cast(floor(19000 * chance(people.person_id, 'sign-up')) as integer) = sign_up_days.slot

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
-- The planted effect: one in eight of the customers who can still be persuaded orders within a week of the message.
create table campaign_assignments as

with

chosen as (

    select
        nth_of(people.person_id, 500 + campaigns.campaign_number) as assignment_key,
        campaigns.*,
        people.person_id,
        people.lifecycle,
        phases.window_from,
        phases.window_to

    from people

    inner join accounts
        on people.person_id = accounts.person_id

    inner join campaigns
        on accounts.since_day < campaigns.day
        and chance(nth_of(people.person_id, campaigns.campaign_number), 'chosen') < 0.5

    left join (
        select lifecycle, min(window_from) as window_from, max(window_to) as window_to
        from lifecycle_phases
        group by lifecycle
    ) as phases
        on people.lifecycle = phases.lifecycle

    where campaigns.channel != 'email' or people.has_email_consent

),

assigned as (

    select
        *,
        if(chance(assignment_key, 'variant') < 0.2, 'control', 'treatment') as variant,
        -- a lapsing customer must not come back, and a customer who only signed up must not order
        lifecycle in ('repeat', 'loyal', 'lapsing', 'lapsed')
        and (day - getvariable('first_day')) / getvariable('days') between window_from and window_to - 0.03
        and chance(assignment_key, 'persuadable') < 0.12 as is_persuadable

    from chosen

)

select
    *,
    variant = 'treatment' and is_persuadable as has_order,
    cast(day + whole_number(1, 6, assignment_key, 'order day') as date) as order_day,
    has_order or (variant = 'treatment' and channel != 'post' and chance(assignment_key, 'click') < 0.06) as has_clicked

from assigned;

-- One row per planned order, numbered by day.
create table order_plan as

with

all_orders as (

    select order_key, person_id, day, sales_channel, cast(null as varchar) as campaign_id
    from natural_orders

    union all

    select assignment_key, people.person_id, order_day, if(people.sales_channel = 'mixed', 'online', people.sales_channel), campaign_id
    from campaign_assignments
    inner join people on campaign_assignments.person_id = people.person_id
    where has_order

)

select
    row_number() over (order by day, order_key) as order_number,
    *,
    pick([1, 1, 1, 1, 1, 2, 2, 2, 3, 4], order_key, 'lines wanted') as lines_wanted

from all_orders;
