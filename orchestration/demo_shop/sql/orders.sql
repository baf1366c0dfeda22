-- Sign-ups and purchases, from the events.
create table key_moments as

select
    visits.visit_id,
    visits.person_id,
    visits.order_number,
    max(occurred_at) filter (event_name = 'purchase') as purchased_at,
    max(occurred_at) filter (event_name = 'sign_up') as signed_up_at

from events_now
inner join visits on events_now.visit_id = visits.visit_id
where event_name in ('purchase', 'sign_up')
group by all;

-- One row per order line; online orders contain the products that the visit added to its cart.
create table lines as

with

placed as (

    select
        order_plan.*,
        visits.visitor_id,
        coalesce(
            key_moments.purchased_at,
            -- stores and the phone line are open from nine to six
            to_utc(day_at(order_plan.day, 3600 * (9 + 9 * chance(order_plan.order_key, 'time'))))
        ) as ordered_at,
        coalesce(visits.line_count, order_plan.lines_wanted) as line_count,
        coalesce(visits.category_number, researched.category_number, if(
            chance(order_plan.order_key, 'favourite') < 0.5,
            people.favourite_category,
            whole_number(0, 11, order_plan.order_key, 'category')
        )) as category_number,
        coalesce(visits.block, researched.block, cast(floor(getvariable('blocks') * pow(chance(order_plan.order_key, 'block'), 2)) as integer)) as block,
        coalesce(visits.shelf, researched.shelf, order_plan.order_number % 16) as shelf

    from order_plan

    inner join people
        on order_plan.person_id = people.person_id

    left join visits
        on order_plan.order_number = visits.order_number

    left join key_moments
        on visits.visit_id = key_moments.visit_id

    -- what was looked at online is bought in the store
    left join (
        select quest_key, any_value(category_number) as category_number, any_value(block) as block, any_value(shelf) as shelf
        from visits
        where script = 'weigh'
        group by quest_key
    ) as researched
        on order_plan.order_key = researched.quest_key
        and order_plan.sales_channel != 'online'

    -- an online order exists only if its visit took place
    where (order_plan.sales_channel != 'online' or visits.visit_id is not null)

),

each_line as (

    select
        *,
        cast(unnest(range(line_count)) as integer) as nth

    from placed

)

select
    each_line.order_number,
    each_line.person_id,
    each_line.visitor_id,
    each_line.ordered_at,
    each_line.day,
    each_line.sales_channel,
    each_line.campaign_id,
    each_line.nth + 1 as line_number,
    products.product_id,
    pieces_of(each_line.order_number, each_line.nth) as quantity,
    cast(price_in(people.currency, products.list_price) as decimal(19, 4)) as unit_price,
    -- in a sale everything is marked down, outside it what is on offer; who pays the full price buys what isn't
    cast(round(
        quantity * unit_price
        * case
            when people.price_style = 'full price' then 0
            when calendar.is_sale then sale_discount(products.product_number, calendar.sale_number)
            else offer_discount(each_line.order_key, each_line.nth, people.price_style)
        end, 2
    ) as decimal(19, 4)) as discount_amount

from each_line

inner join people
    on each_line.person_id = people.person_id

inner join calendar
    on each_line.day = calendar.day

inner join products
    on nth_product(each_line.category_number, each_line.block, each_line.shelf, each_line.nth) = products.product_number;

-- One row per order, with its amounts and its final status.
create table placed_orders as

with

summed as (

    select
        order_number,
        person_id,
        visitor_id,
        ordered_at,
        day,
        sales_channel,
        campaign_id,
        cast(sum(quantity * unit_price) as decimal(19, 4)) as gross_amount,
        cast(sum(discount_amount) as decimal(19, 4)) as line_discount

    from lines
    group by all

),

with_coupon as (

    select
        summed.*,
        people.kind,
        people.currency,
        people.is_expensive,
        chance(order_number, 'coupon') < case people.price_style
            when 'coupon user' then 0.85 when 'deal seeker' then 0.2 when 'full price' then 0 else 0.05
        end as has_coupon,
        chance(order_number, 'gift') < if(people.is_gift_buyer, 0.9, 0.03) as is_gift,
        summed.sales_channel != 'store' and chance(order_number, 'cancelled') < 0.03 as is_cancelled

    from summed

    inner join people
        on summed.person_id = people.person_id

    inner join calendar
        on summed.day = calendar.day

),

discounted as (

    select
        *,
        line_discount + if(has_coupon, cast(round((gross_amount - line_discount) * 0.15, 2) as decimal(19, 4)), 0) as discount_amount

    from with_coupon

)

select
    *,
    if(sales_channel = 'store' or gross_amount >= 50, 0, 4.95) as shipping_amount,
    cast(round((gross_amount - discount_amount) * 0.21, 2) as decimal(19, 4)) as tax_amount,
    if(has_coupon, pick(['DEMO15', 'WELCOME15', 'FRIEND15'], order_number, 'code'), null) as coupon_code

from discounted;

-- One row per version of an order.
create table shop_orders as

with

changes(nth, sales_channel, ending, status, after_seconds) as (

    values
    (1, 'online', 'any', 'pending', 0),
    (2, 'online', 'any', 'paid', 240),
    (3, 'online', 'kept', 'shipped', 90000),
    (4, 'online', 'kept', 'completed', 260000),
    (3, 'online', 'cancelled', 'cancelled', 40000),
    (2, 'phone', 'any', 'paid', 0),
    (4, 'phone', 'kept', 'completed', 345000),
    (3, 'phone', 'cancelled', 'cancelled', 86400),
    (4, 'store', 'any', 'completed', 0)

)

select
    order_name(order_number) as order_id,
    if(kind = 'guest', null, customer_name(person_id)) as customer_id,
    visitor_id,
    ordered_at,
    ordered_at + to_microseconds(cast(
        after_seconds * (0.5 + chance(order_number, changes.status)) * 1000000 as bigint
    )) as updated_at,
    changes.status,
    placed_orders.sales_channel,
    currency,
    gross_amount,
    discount_amount,
    cast(shipping_amount as decimal(19, 4)) as shipping_amount,
    tax_amount,
    coupon_code,
    campaign_id,
    is_gift,
    updated_at + interval 5 seconds as arrives_at

from placed_orders

inner join changes
    on placed_orders.sales_channel = changes.sales_channel
    and changes.ending in ('any', if(is_cancelled, 'cancelled', 'kept'))

-- the first status always arrives, the second often does not: an export contains only the latest status
where nth != 2 or placed_orders.sales_channel != 'online' or chance(order_number, 'seen paid') < 0.6;

create table shop_order_lines as

select
    order_name(order_number) as order_id,
    line_number,
    product_id,
    quantity,
    unit_price,
    discount_amount,
    cast(null as timestamp) as updated_at,
    ordered_at + interval 5 seconds as arrives_at

from lines;

-- One row per refund, of one line or of the whole order.
create table shop_refunds as

with

returned as (

    select
        *,
        chance(order_number, 'whole order') < 0.3 as is_whole_order,
        ordered_at + to_microseconds(cast(86400000000 * (5 + 25 * chance(order_number, 'refunded')) as bigint)) as refunded_at

    from placed_orders
    where not is_cancelled
        and chance(order_number, 'returned') < if(is_expensive, 0.6, 0.07)

)

select
    'R' || lpad(cast(returned.order_number as varchar), 8, '0') as refund_id,
    order_name(returned.order_number) as order_id,
    if(is_whole_order, null, 1) as line_number,
    refunded_at,
    if(
        is_whole_order,
        cast(
            returned.gross_amount - returned.discount_amount + returned.shipping_amount + returned.tax_amount
            as decimal(19, 4)
        ),
        -- the line's share of the amount paid for the goods and of its tax, rounded down
        cast(floor(
            121 * (lines.quantity * lines.unit_price - lines.discount_amount)
            * (returned.gross_amount - returned.discount_amount) / (returned.gross_amount - returned.line_discount)
        ) / 100 as decimal(19, 4))
    ) as amount,
    pick(['does not fit', 'damaged', 'not as described', 'changed my mind', null], returned.order_number, 'reason') as reason,
    refunded_at as arrives_at

from returned

inner join lines
    on returned.order_number = lines.order_number
    and lines.line_number = 1;
