-- Customer life cycles: number of orders in one or two periods.
create table lifecycle_phases as

select *
from (
    values
    ('new', 0.06, 1, 1, 1, 0.93, 1.00),
    ('one-time', 0.54, 1, 1, 1, 0.00, 0.93),
    ('repeat', 0.18, 1, 2, 3, 0.10, 1.00),
    ('loyal', 0.05, 1, 7, 13, 0.00, 1.00),
    ('lapsing', 0.06, 1, 3, 6, 0.10, 0.74),
    ('lapsed', 0.08, 1, 1, 3, 0.00, 0.35),
    ('won back', 0.03, 1, 1, 2, 0.00, 0.25),
    ('won back', 0.03, 2, 1, 2, 0.88, 1.00)
) as phases(lifecycle, share, phase, orders_min, orders_max, window_from, window_to);

-- One row per potential visitor, in the order robots, customers, guests (who order without an account),
-- people who only sign up, anonymous visitors.
create table people as

with

numbers as (

    select
        range as person_id,
        case
            when range <= getvariable('robots') then if(range % 3 = 0, 'scraper', 'robot')
            when range <= getvariable('robots') + getvariable('customers') then 'customer'
            when range <= getvariable('robots') + getvariable('customers') + getvariable('guests') then 'guest'
            when range <= getvariable('named_people') then 'signed up only'
            else 'anonymous'
        end as kind

    from range(1, getvariable('people') + 1)

),

lifecycles as (

    select
        lifecycle,
        sum(share) over (order by lifecycle) - share as share_from,
        sum(share) over (order by lifecycle) as share_until

    from lifecycle_phases
    where phase = 1

),

traits as (

    select
        *,
        kind in ('customer', 'signed up only') as has_account,
        -- two customers with consecutive numbers may share the first one's device
        (person_id + 1) // 2 as pair,
        kind = 'customer' and pair * 2 - 1 > getvariable('robots') and chance(pair, 'shared device') < 0.04 as is_sharing,
        chance(person_id, 'lifecycle') as lifecycle_draw,
        chance(person_id, 'price style') as price_style_draw,
        chance(person_id, 'buying pace') as buying_pace_draw,
        chance(person_id, 'sales channel') as sales_channel_draw,
        chance(person_id, 'country') as country_draw,
        chance(person_id, 'device') as device_draw,
        chance(person_id, 'browser') as browser_draw

    from numbers

)

select
    person_id,
    kind,
    has_account,
    if(kind in ('customer', 'guest'), if(kind = 'guest', 'one-time', lifecycles.lifecycle), null) as lifecycle,
    case
        when price_style_draw < 0.45 then 'full price'
        when price_style_draw < 0.65 then 'deal seeker'
        when price_style_draw < 0.80 then 'coupon user'
        else 'waits for the sale'
    end as price_style,
    case
        when buying_pace_draw < 0.2 then 'impulsive'
        when buying_pace_draw < 0.4 then 'reassurance seeker'
        else 'unhurried'
    end as buying_pace,
    case
        when kind = 'guest' or sales_channel_draw < 0.50 then 'online'
        when sales_channel_draw < 0.72 then 'store'
        when sales_channel_draw < 0.78 then 'phone'
        else 'mixed'
    end as sales_channel,
    chance(person_id, 'gifts') < 0.1 as is_gift_buyer,
    -- (on a shared device the returning customer would be ambiguous)
    chance(person_id, 'compares') < 0.08 and kind in ('customer', 'anonymous') and not is_sharing as is_comparer,
    chance(person_id, 'expensive') < 0.03 and kind = 'customer' as is_expensive,
    -- half of the customers had an account before the first day
    has_account and chance(person_id, 'old account') < 0.5 as has_old_account,
    chance(person_id, 'e-mail consent') < 0.7 as has_email_consent,
    cast(if(chance(person_id, 'routine') < 0.3, pick([7, 12, 16, 20, 22], person_id, 'routine hour'), null) as integer)
    as routine_hour,
    whole_number(0, 11, person_id, 'category') as favourite_category,

    if(is_sharing, pair * 2 - 1, person_id) as household_id,
    kind = 'customer' and not is_sharing and chance(person_id, 'second device') < 0.15 as has_second_device,

    case
        when country_draw < 0.80 then 'NL' when country_draw < 0.88 then 'BE'
        when country_draw < 0.94 then 'DE' when country_draw < 0.98 then 'GB' else 'US'
    end as country,
    case
        when country_draw < 0.94 then 'EUR' when country_draw < 0.98 then 'GBP' else 'USD'
    end as currency,
    case
        when country_draw < 0.80 then pick([
            ['Noord-Holland', 'Amsterdam'], ['Noord-Holland', 'Haarlem'], ['Zuid-Holland', 'Rotterdam'],
            ['Zuid-Holland', 'Den Haag'], ['Utrecht', 'Utrecht'], ['Noord-Brabant', 'Eindhoven'],
            ['Groningen', 'Groningen'], ['Gelderland', 'Arnhem'], ['Limburg', 'Maastricht']
        ], person_id, 'city')
        when country_draw < 0.88 then pick([['Antwerpen', 'Antwerpen'], ['Oost-Vlaanderen', 'Gent']], person_id, 'city')
        when country_draw < 0.94 then pick([['Nordrhein-Westfalen', 'Köln'], ['Berlin', 'Berlin']], person_id, 'city')
        when country_draw < 0.98 then pick([['England', 'London'], ['Scotland', 'Edinburgh']], person_id, 'city')
        else pick([['New York', 'New York'], ['California', 'San Francisco']], person_id, 'city')
    end as region_and_city,
    case when device_draw < 0.55 then 'mobile' when device_draw < 0.92 then 'desktop' else 'tablet' end as device_type,
    browser_draw

from traits

left join lifecycles
    on traits.kind = 'customer'
    and traits.lifecycle_draw >= lifecycles.share_from
    and (traits.lifecycle_draw < lifecycles.share_until or lifecycles.share_until > 0.9999)

order by person_id;

-- One row per device and person who uses it; the device is named after its owner.
create table visitors as

with

devices as (

    select *, 1 as device_number from people
    where household_id = person_id

    union all

    select * replace (if(device_type = 'mobile', 'desktop', 'mobile') as device_type), 2 as device_number
    from people
    where has_second_device

),

equipped as (

    select
        *,
        visitor_name(person_id, device_number) as visitor_id,
        case
            when device_type = 'desktop' then if(browser_draw < 0.75, 'Windows', 'macOS')
            when browser_draw < 0.5 then if(device_type = 'tablet', 'iPadOS', 'iOS')
            else 'Android'
        end as os,
        case
            when device_type != 'desktop' and browser_draw < 0.5 then 'Safari'
            when browser_draw between 0.4 and 0.5 then 'Firefox'
            when browser_draw > 0.92 then 'Edge'
            else 'Chrome'
        end as browser

    from devices

)

select
    visitor_id,
    person_id as owner_id,
    device_number,
    kind,
    country,
    region_and_city[1] as region,
    region_and_city[2] as city,
    device_type,
    browser,
    os,
    case
        when kind = 'robot' then pick([
            'Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)',
            'Mozilla/5.0 (compatible; bingbot/2.0; +http://www.bing.com/bingbot.htm)',
            'Mozilla/5.0 (compatible; AhrefsBot/7.0; +http://ahrefs.com/robot/)'
        ], person_id, 'robot')
        when os = 'Windows' and browser = 'Edge' then
            'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0 Safari/537.36 Edg/126.0.0.0'
        when os = 'Windows' and browser = 'Firefox' then
            'Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:127.0) Gecko/20100101 Firefox/127.0'
        when os = 'Windows' then
            'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0 Safari/537.36'
        when os = 'macOS' then
            'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0 Safari/537.36'
        when os = 'Android' then
            'Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0 Mobile Safari/537.36'
        else 'Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.5 Mobile/15E148 Safari/604.1'
    end as user_agent,
    case
        when chance(visitor_id, 'consent') < 0.93 then true
        when chance(visitor_id, 'consent') < 0.97 then false
    end as has_consent

from equipped;
