-- One row per planted session, with its expected classification.
create table planted_sessions_described as

select
    planted_sessions.visitor_id,
    started_at,
    ended_at,
    visits.script,
    scripts.funnel_class,
    scripts.is_judger,
    -- (not a return if the previous visit fell before the shop's first day and did not take place)
    if(scripts.comparer_reason != 'returned' or visits.is_return, scripts.comparer_reason, null) as comparer_reason,
    scripts.comparer_reason is not null and (scripts.comparer_reason != 'returned' or visits.is_return) as is_comparer,
    visits.script = 'buy_and_leave' as has_abandoned_cart,
    scripts.is_robot,
    coalesce(
        customer_seen_in_events,
        if(visits.order_number is not null and people.kind = 'customer', customer_name(visits.person_id), null)
    ) as customer_seen,
    order_name(visits.order_number) as order_id,
    visits.campaign_id,
    event_count,
    page_count,
    planted_sessions.product_count

from planted_sessions

inner join visits
    on planted_sessions.visit_id = visits.visit_id

inner join scripts
    on visits.script = scripts.script

inner join people
    on visits.person_id = people.person_id;

-- One row per device with a visit.
create table planted_visitors as

select
    visitors.visitor_id,
    visitors.kind as owner_kind,
    visitors.device_number,
    visitors.device_type,
    sessions.session_count,
    sessions.customers_seen,
    len(sessions.customers_seen) > 1 as is_shared,
    sessions.is_robot,
    sessions.judging_sessions,
    sessions.comparing_sessions,
    shop_erasure_requests.visitor_id is not null as asked_erasure

from visitors

inner join (
    select
        visitor_id,
        count(*) as session_count,
        coalesce(list(distinct customer_seen order by customer_seen) filter (customer_seen is not null), []) as customers_seen,
        bool_or(is_robot) as is_robot,
        count(*) filter (is_judger) as judging_sessions,
        count(*) filter (is_comparer) as comparing_sessions
    from planted_sessions_described
    group by visitor_id
) as sessions
    on visitors.visitor_id = sessions.visitor_id

left join shop_erasure_requests
    on visitors.visitor_id = shop_erasure_requests.visitor_id;

-- One row per customer, with the planted behaviour.
create table planted_customers as

with

devices as (

    select customer_seen as customer_id, list(distinct visitor_id order by visitor_id) as visitors_seen
    from planted_sessions_described
    where customer_seen is not null
    group by customer_seen

)

select
    histories.customer_id,
    histories.kind,
    histories.lifecycle,
    histories.buying_pace,
    histories.price_style,
    histories.sales_channel,
    histories.is_gift_buyer,
    histories.occasion,
    histories.orientation,
    histories.is_heavy_user,
    histories.is_hesitating
    and histories.sales_channel in ('online', 'mixed')
    and histories.lifecycle not in ('lapsing', 'lapsed', 'won back') as is_hesitating,
    histories.answers_surveys,
    histories.reads_messages,
    histories.is_filled_in,
    histories.age,
    histories.life_stage,
    histories.occupation,
    histories.marital_status,
    histories.children,
    histories.country,
    histories.place[1] as region,
    histories.place[5] as urbanity,
    histories.is_comparer,
    histories.is_expensive,
    histories.routine_hour,
    products.category as favourite_category,
    histories.has_old_account,
    histories.order_count,
    histories.first_ordered_at,
    histories.last_ordered_at,
    coalesce(devices.visitors_seen, []) as visitors_seen,
    len(visitors_seen) > 1 as has_two_devices,
    histories.household_id != histories.person_id as uses_another_ones_device,
    shop_erasure_requests.customer_id is not null as asked_erasure

from customer_histories as histories

inner join (select distinct category_number, category from products) as products
    on histories.favourite_category = products.category_number

left join devices
    on histories.customer_id = devices.customer_id

left join shop_erasure_requests
    on histories.customer_id = shop_erasure_requests.customer_id

order by histories.customer_id;

-- The effect of each campaign: customers with an order within a week, among those with a message and the control group.
create table planted_campaigns as

select
    campaign_assignments.campaign_id,
    campaign_assignments.variant,
    count(distinct campaign_assignments.person_id) as customers,
    count(distinct placed_orders.person_id) as ordered_within_a_week,
    count(distinct placed_orders.person_id) filter (has_order) as with_planted_order

from campaign_assignments

left join placed_orders
    on campaign_assignments.person_id = placed_orders.person_id
    and placed_orders.day between campaign_assignments.day + 1 and campaign_assignments.day + 7

group by all
order by all;

-- One row per count, with what is counted and its kind.
create table planted_counts as

select 'events' as what, 'distinct_events' as kind, sum(event_count) as number from deliveries
union all
select 'events', 'duplicated_rows', sum(copies) from deliveries
union all
select 'events', 'late_events', sum(late) from deliveries
union all
select 'events', 'good_rows', sum(row_count) from deliveries
union all
select 'totals', 'orders', count(*) from placed_orders
union all
select 'totals', 'customers_with_orders', count(*) from planted_customers where order_count > 0
union all
select 'totals', 'visitors', count(*) from planted_visitors
union all
select 'totals', 'sessions', count(*) from planted_sessions_described
union all
select 'totals', 'robots_sessions', count(*) from planted_sessions_described where is_robot
union all
select 'sessions_by_class', funnel_class, count(*) from planted_sessions_described where not is_robot group by all
union all
select 'sessions_by_script', script, count(*) from planted_sessions_described group by all
union all
select 'customers_by_lifecycle', coalesce(lifecycle, kind), count(*) from planted_customers group by all
union all
select 'orders_by_channel', sales_channel, count(*) from placed_orders group by all
union all
select 'orders_by_currency', currency, count(*) from placed_orders group by all
union all
select 'campaign_' || variant, 'assigned', sum(customers) from planted_campaigns group by all
union all
select 'campaign_' || variant, 'ordered_within_a_week', sum(ordered_within_a_week) from planted_campaigns group by all;

-- Amounts sold per currency, whatever the later status of the orders.
create table planted_amounts as

select
    currency,
    cast(sum(gross_amount) as varchar) as gross_amount,
    cast(sum(discount_amount) as varchar) as discount_amount

from placed_orders
group by currency
order by currency;
