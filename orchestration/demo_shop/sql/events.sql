-- The events of the visits in `visits_now`, one row per event, as views: the caller limits memory by
-- filling `visits_now` with one batch of visits at a time.
create view events_now as

with

script_steps as (

    select
        steps.*,
        step // 10 as part,
        -- events after a log-in or sign-up have a customer
        step > min(step) filter (event_name = 'identify') over (partition by script) as is_after_identification

    from steps

),

-- a step of a script occurs once, once per product or once per order line ...
looped as (

    select
        visits_now.visit_id,
        script_steps.*,
        unnest(range(case loop when 'once' then 1 when 'products' then product_count else line_count end)) as loop_index

    from visits_now

    inner join script_steps
        on visits_now.script = script_steps.script

),

-- ... with a probability, and possibly several times
repeated as (

    select
        * exclude (script, loop, chance, times_min, times_max),
        (visit_id * 1000 + loop_index) * 1000 + step as step_key,
        unnest(range(
            if(
                chance = 1 or chance((visit_id * 1000 + loop_index) * 1000 + step, 'taken') < chance,
                if(
                    times_max = times_min,
                    times_min,
                    whole_number(times_min, times_max, (visit_id * 1000 + loop_index) * 1000 + step, 'times')
                ),
                0
            )
        )) as repetition

    from looped

),

-- (log-in and sign-up are one step of a script; the visit decides which, if either)
done as (

    select
        repeated.* exclude (event_name),
        visits_now.starts_at,
        if(event_name = 'identify', identification, event_name) as event_name,
        nth_product(category_number, block, shelf, loop_index) as product_number,
        -- a random pause, now and then a long one; not on a product page, where dwell time counts
        -- as attention
        cast(1000000 * (
            seconds_min + (seconds_max - seconds_min) * pow(chance(step_key * 8 + repetition, 'seconds'), 2)
            + if(page_type != 'product' and seconds_max > 20 and chance(step_key * 8 + repetition, 'distracted') < 0.03, 700, 0)
        ) as bigint) + 1 as microseconds

    from repeated

    inner join visits_now
        on repeated.visit_id = visits_now.visit_id

    where event_name != 'identify' or identification in ('log_in', 'sign_up')

),

-- (only narrow columns pass through the sort of the window functions)
timed as (

    select
        visit_id,
        loop_index,
        event_name,
        page_type,
        product_number,
        is_after_identification,
        row_number() over visit as nth_event,
        starts_at + to_microseconds(cast(sum(microseconds) over visit - microseconds as bigint)) as occurred_at,
        lag(page_type) over visit as page_type_before,
        lag(product_number) over visit as product_number_before

    from done
    window visit as (
        partition by visit_id order by part, loop_index, step, repetition rows unbounded preceding
    )

)

select
    timed.visit_id,

    ---------- ids
    'e' || to_hex(timed.visit_id) || '-' || nth_event as event_id,
    visits_now.visitor_id,
    if(
        identification = 'standing' or (identification in ('log_in', 'sign_up') and (is_after_identification or event_name = identification)),
        customer_name(visits_now.person_id),
        null
    ) as customer_id,

    ---------- what
    occurred_at,
    event_name,
    page_type,
    page_address(page_type, visits_now.category_number, visits_now.search_term, timed.product_number) as page_url,
    if(
        nth_event > 1,
        page_address(page_type_before, visits_now.category_number, visits_now.search_term, product_number_before),
        case came_from
            when 'price comparison' then pick(
                ['https://www.kieskeurig.nl/', 'https://www.beslist.nl/', 'https://www.vergelijk.nl/', 'https://tweakers.net/pricewatch/'],
                timed.visit_id,
                'comparison site'
            )
            when 'search' then 'https://www.google.com/'
            when 'advertisement' then 'https://www.google.com/'
            when 'social' then 'https://www.instagram.com/'
            when 'affiliate' then 'https://affiliate.example/'
        end
    ) as referrer_url,
    if(
        page_type = 'product' or event_name in ('cart_add', 'cart_remove', 'purchase'),
        products.product_id,
        null
    ) as product_id,
    if(
        event_name in ('cart_add', 'cart_remove', 'purchase'),
        pieces_of(coalesce(visits_now.order_number, -timed.visit_id), loop_index),
        null
    ) as quantity,
    if(
        event_name in ('product_view', 'cart_add', 'cart_remove', 'purchase'),
        cast(price_in(
            visitor_currencies.currency,
            -- a product's page shows the price of the day; the cart has the price before discount
            products.list_price * case
                when event_name != 'product_view' then 1
                when calendar.is_sale then 1 - sale_discount(timed.product_number, calendar.sale_number)
                else 1 - offer_discount(visits_now.quest_key, timed.loop_index, visitor_currencies.price_style)
            end
        ) as decimal(19, 4)),
        null
    ) as unit_price,
    if(event_name in ('product_view', 'cart_add', 'cart_remove', 'purchase'), visitor_currencies.currency, null) as currency,
    if(event_name = 'purchase', order_name(visits_now.order_number), null) as order_id,
    if(event_name = 'search', visits_now.search_term, null) as search_term,

    ---------- what this shop's tracker does not send
    cast(null as varchar) as items,
    cast(null as decimal(19, 4)) as order_total,
    cast(null as varchar) as tracker_session_id,
    cast(null as varchar) as search_location,
    cast(null as date) as search_date,

    ---------- where it came from
    case came_from
        when 'campaign' then 'crm' when 'newsletter' then 'crm' when 'advertisement' then 'google'
        when 'social' then 'instagram' when 'affiliate' then 'demo-affiliate'
        when 'price comparison' then if(timed.visit_id % 2 = 0, 'kieskeurig', null)
    end as utm_source,
    case came_from
        when 'campaign' then split_part(visits_now.campaign_id, '-', 1) when 'newsletter' then 'email' when 'advertisement' then 'cpc'
        when 'social' then 'social' when 'affiliate' then 'affiliate'
        when 'price comparison' then if(timed.visit_id % 2 = 0, 'price_comparison', null)
    end as utm_medium,
    case came_from
        when 'campaign' then visits_now.campaign_id when 'newsletter' then 'newsletter' when 'advertisement' then 'always-on'
    end as utm_campaign,

    ---------- on what, and where
    visitors.device_type,
    visitors.browser,
    visitors.os,
    visitors.country,
    visitors.region,
    visitors.city,
    visitors.user_agent,
    visitors.has_consent

from timed

inner join visits_now
    on timed.visit_id = visits_now.visit_id

inner join products
    on timed.product_number = products.product_number

inner join calendar
    on visits_now.day = calendar.day

inner join visitors
    on visits_now.visitor_id = visitors.visitor_id

inner join (select person_id, currency, price_style from people) as visitor_currencies
    on visits_now.person_id = visitor_currencies.person_id;
