-- One row per message event. A customer in the control group has one row `sent` with the variant `control`,
-- which records the assignment: nothing was sent.
create table shop_messages as

with

actions(action, nth, hours_after) as (

    values ('sent', 1, 0), ('delivered', 2, 0.01), ('opened', 3, 6), ('clicked', 4, 6.1), ('unsubscribed', 5, 7), ('complained', 6, 8)

),

happened as (

    select
        campaign_assignments.*,
        actions.*,
        to_utc(day_at(day, 3600 * (9 + hours_after * 2 * chance(assignment_key, 'hours')) + 20 * nth)) as occurred_at,
        chance(assignment_key, 'opened') < if(reads_messages, 0.75, 0.08) or has_clicked as has_opened

    from campaign_assignments
    cross join actions

)

select
    'm' || assignment_key || '-' || nth as message_event_id,
    'm' || assignment_key as message_id,
    customer_name(person_id) as customer_id,
    campaign_id,
    channel,
    action,
    occurred_at,
    variant,
    occurred_at + interval 1 minute as arrives_at

from happened
where action = 'sent'
    or (
        variant = 'treatment'
        and case action
            when 'delivered' then chance(assignment_key, 'bounced') > 0.03 or has_clicked
            when 'opened' then has_opened and channel != 'post'
            when 'clicked' then has_clicked and channel != 'post'
            when 'unsubscribed' then channel = 'email' and has_opened and chance(assignment_key, 'unsubscribed') < 0.01
            when 'complained' then channel = 'email' and has_opened and chance(assignment_key, 'complained') < 0.002
        end
    );

-- One row per service contact; a few customers make very many.
create table shop_service_contacts as

with

wanted as (

    select
        *,
        unnest(range(case
            when is_expensive then whole_number(3, 6, order_number, 'contacts')
            when chance(order_number, 'contact') < 0.1 then 1
            else 0
        end)) as nth

    from placed_orders
    where kind = 'customer'

    union all by name

    -- they ask in the store, and order at home a few days later
    select placed_orders.*, 90 as nth
    from placed_orders
    inner join people
        on placed_orders.person_id = people.person_id
    where people.orientation = 'store then online' and placed_orders.sales_channel = 'online'

),

opened as (

    select
        *,
        nth_of(order_number, nth) as contact_key,
        nth = 90 as is_before_order,
        ordered_at + to_microseconds(cast(86400000000 * if(
            is_before_order, -1 - 4 * chance(contact_key, 'opened'), 0.5 + 14 * chance(contact_key, 'opened')
        ) as bigint)) as opened_at,
        whole_number(if(is_expensive, 20, 3), if(is_expensive, 60, 12), contact_key, 'minutes') as minutes,
        chance(contact_key, 'settled') as settled_draw

    from wanted

)

select
    'S' || contact_key as contact_id,
    customer_name(person_id) as customer_id,
    if(is_before_order, 'store', pick(['phone', 'phone', 'chat', 'email'], contact_key, 'channel')) as channel,
    opened_at,
    if(
        settled_draw < 0.95,
        opened_at + to_microseconds(cast(minutes * 60000000.0 * (1 + 20 * settled_draw) as bigint)),
        null
    ) as closed_at,
    cast(minutes as decimal(9, 2)) as handling_minutes,
    if(
        chance(contact_key, 'effort told') < 0.6,
        least(10, whole_number(if(is_expensive, 4, 1), if(is_expensive, 10, 6), contact_key, 'effort')),
        null
    ) as effort_score,
    if(
        is_before_order, 'product question', pick(['delivery', 'return', 'product question', 'payment', 'complaint'], contact_key, 'topic')
    ) as topic,
    cast(minutes * 0.85 as decimal(19, 4)) as cost,
    coalesce(closed_at, opened_at) as arrives_at

from opened;

-- One row per answer to a survey question.
create table shop_survey_responses as

with

surveys(nth, survey, question, answers, share) as (

    values
    (1, 'nps', 'How likely are you to recommend the demo shop?', ['0'], 0.8),
    (2, 'csat', 'How satisfied are you with your last order?', ['0'], 0.8),
    (3, 'motive', 'Why did you buy here?', ['price', 'quality', 'convenience', 'service', 'status', 'habit'], 0.5),
    (4, 'benefit', 'What matters most to you?', ['price', 'quality', 'speed', 'sustainability', 'ease', 'advice'], 0.5),
    (5, 'interest', 'What would you like to read about?',
        ['Toys', 'Books', 'Chocolate', 'Jewellery', 'Kitchen', 'Garden', 'Sports', 'Fashion', 'Electronics', 'Beauty', 'Pets', 'Home'], 0.6),
    (6, 'attitude', 'Which sentence fits you best?',
        ['I like to try new things', 'I stay with what I know', 'I look for the best price', 'I buy what lasts'], 0.5)

),

asked as (

    select
        customer_histories.*,
        surveys.*,
        nth_of(person_id, surveys.nth) as response_key,
        last_ordered_at + to_microseconds(cast(86400000000 * (3 + 10 * chance(nth_of(person_id, surveys.nth), 'answered')) as bigint))
        as answered_at,
        case
            when is_expensive then [0, 6, 1, 3]
            when lifecycle = 'loyal' then [8, 10, 4, 5]
            when lifecycle in ('lapsed', 'lapsing') then [2, 8, 1, 4]
            else [5, 10, 2, 5]
        end as bounds

    from customer_histories

    inner join surveys
        on chance(nth_of(person_id, surveys.nth), 'answers') < surveys.share

    where order_count > 0 and answers_surveys

),

scored as (

    select
        *,
        case survey
            when 'nps' then whole_number(bounds[1], bounds[2], response_key, 'score')
            when 'csat' then whole_number(bounds[3], bounds[4], response_key, 'score')
        end as score

    from asked

)

select
    'A' || response_key as response_id,
    customer_id,
    survey,
    question,
    case
        when survey in ('nps', 'csat') then cast(score as varchar)
        when survey = 'interest' then answers[1 + favourite_category]
        when survey = 'attitude' and price_style in ('deal seeker', 'waits for the sale') then 'I look for the best price'
        else pick(answers, response_key, 'answer')
    end as answer,
    cast(score as decimal(9, 2)) as score,
    answered_at,
    answered_at as arrives_at

from scored;
