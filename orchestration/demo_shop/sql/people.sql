-- Customer life cycles: how many share one, the most orders, the days between two orders, and in which part of the shop's
-- days the first order falls: `latest_start` days before the end at the latest. Who lapses stays away for the last
-- `least_absence` days or more.
create table lifecycles as

select
    *,
    sum(share) over (order by lifecycle) - share as share_from,
    sum(share) over (order by lifecycle) as share_until

from (
    values
    ('new', 0.05, 1, 0, 0, 0, 0),
    ('one-time', 0.35, 1, 0, 0, 45, 0),
    ('repeat', 0.20, 12, 55, 150, 100, 0),
    ('loyal', 0.07, 40, 20, 55, 200, 0),
    ('lapsing', 0.07, 8, 40, 100, 380, 190),
    ('lapsed', 0.12, 3, 30, 120, 400, 370),
    ('won back', 0.03, 2, 30, 60, 620, 0),
    -- they come for one occasion, every year
    ('occasional', 0.11, 2, 0, 0, 400, 0)
) as phases(lifecycle, share, orders_max, gap_min, gap_max, latest_start, least_absence);

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

traits as (

    select
        *,
        kind in ('customer', 'signed up only') as has_account,
        -- two customers with consecutive numbers may share the first one's device
        (person_id + 1) // 2 as pair,
        kind = 'customer' and pair * 2 - 1 > getvariable('robots') and chance(pair, 'shared device') < 0.04 as is_sharing,
        chance(person_id, 'lifecycle') as lifecycle_draw,
        chance(person_id, 'age') as age_draw,
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
        when price_style_draw < 0.42 then 'full price'
        when price_style_draw < 0.62 then 'deal seeker'
        when price_style_draw < 0.78 then 'coupon user'
        -- once is no habit, and who buys every month does not wait for half a year
        when lifecycles.lifecycle in ('repeat', 'lapsing') then 'waits for the sale'
        when price_style_draw < 0.9 then 'full price'
        else 'deal seeker'
    end as price_style,
    case
        -- who waits for the sale looks first, and takes days
        when price_style = 'waits for the sale' then 'unhurried'
        when buying_pace_draw < 0.3 then 'impulsive'
        when buying_pace_draw < 0.55 then 'reassurance seeker'
        else 'unhurried'
    end as buying_pace,
    case
        when kind = 'guest' or price_style = 'waits for the sale' or sales_channel_draw < 0.50 then 'online'
        when sales_channel_draw < 0.72 then 'store'
        when sales_channel_draw < 0.78 then 'phone'
        else 'mixed'
    end as sales_channel,
    if(
        lifecycles.lifecycle = 'occasional',
        pick(
            ['sinterklaas', 'sinterklaas', 'christmas', 'christmas', 'valentine', 'mothers_day', 'fathers_day', 'birthday'],
            person_id,
            'occasion'
        ),
        null
    ) as occasion,
    coalesce(occasion != 'birthday', false) as is_gift_buyer,
    -- (on a shared device the returning customer would be ambiguous)
    chance(person_id, 'compares') < 0.08 and kind in ('customer', 'anonymous') and not is_sharing
    and price_style != 'waits for the sale' as is_comparer,
    -- several visits over days, and no decision yet
    buying_pace = 'unhurried' and not is_comparer and not is_sharing
    and chance(person_id, 'hesitates') < if(kind = 'anonymous', 0.15, 0.35) as is_hesitating,
    kind in ('customer', 'anonymous') and not is_comparer and not is_sharing
    and chance(person_id, 'heavy') < case
        when kind = 'anonymous' then 0.003 when lifecycles.lifecycle = 'loyal' then 0.5
        when lifecycles.lifecycle = 'repeat' then 0.06 else 0
    end as is_heavy_user,
    case
        -- (who comes once is not known online)
        when kind != 'customer' or is_sharing or lifecycles.lifecycle not in ('repeat', 'loyal', 'lapsing') then null
        when sales_channel = 'store' and chance(person_id, 'orientation') < 0.3 then 'online then store'
        when sales_channel = 'mixed' and chance(person_id, 'orientation') < 0.4 then 'online then store'
        when sales_channel = 'mixed' and chance(person_id, 'orientation') < 0.7 then 'store then online'
        when sales_channel = 'online' and chance(person_id, 'orientation') < 0.05 then 'store then online'
    end as orientation,

    ---------- who answers, and who doesn't
    chance(person_id, 'answers surveys') < 0.25 as answers_surveys,
    chance(person_id, 'reads messages') < 0.35 as reads_messages,
    chance(person_id, 'expensive') < 0.03 and kind = 'customer' as is_expensive,
    -- a quarter of the customers had an account before the first day
    has_account and chance(person_id, 'old account') < 0.25 as has_old_account,
    chance(person_id, 'e-mail consent') < 0.7 as has_email_consent,
    cast(if(chance(person_id, 'routine') < 0.3, pick([7, 12, 16, 20, 22], person_id, 'routine hour'), null) as integer)
    as routine_hour,
    whole_number(0, 11, person_id, 'category') as favourite_category,
    chance(person_id, 'profile filled in') < 0.6 or coalesce(occasion = 'birthday', false) as is_filled_in,

    ---------- at home: what follows from the age comes in this order
    cast(case
        when age_draw < 0.16 then 18 + 7 * age_draw / 0.16
        when age_draw < 0.72 then 25 + 30 * (age_draw - 0.16) / 0.56
        when age_draw < 0.88 then 55 + 12 * (age_draw - 0.72) / 0.16
        else 67 + 17 * (age_draw - 0.88) / 0.12
    end as integer) as age,
    case
        when age >= 67 then 'retired'
        when age < 25 and chance(person_id, 'occupation') < 0.6 then 'student'
        when chance(person_id, 'occupation') < 0.75 then 'employed'
        when chance(person_id, 'occupation') < 0.87 then 'self-employed'
        when chance(person_id, 'occupation') < 0.95 then 'at home'
        else 'unemployed'
    end as occupation,
    chance(person_id, 'partner') < case
        when age < 25 then 0.15 when age < 35 then 0.6 when age < 67 then 0.72 else 0.58
    end as has_partner,
    case
        when has_partner and chance(person_id, 'marital status') < if(age < 32, 0.3, 0.75) then 'married'
        when has_partner then 'partnership'
        when age >= 67 and chance(person_id, 'marital status') < 0.6 then 'widowed'
        when age >= 35 and chance(person_id, 'marital status') < 0.45 then 'divorced'
        else 'single'
    end as marital_status,
    -- few have children at home before 27 or after 57
    if(
        chance(person_id, 'parent') < case
            when age < 27 then 0.03 when age < 35 then if(has_partner, 0.55, 0.08)
            when age < 52 then if(has_partner, 0.8, 0.3) when age < 58 then if(has_partner, 0.35, 0.1) else 0
        end,
        pick([1, 2, 2, 2, 3], person_id, 'children'),
        0
    ) as children,
    1 + if(has_partner, 1, 0) + children
    -- some of the young share a house
    + if(age < 27 and not has_partner and children = 0 and chance(person_id, 'shared house') < 0.35, 2, 0) as household_size,
    case
        when age >= 67 then 'retired'
        when children > 0 then 'family with children'
        when age < 30 then 'young adult'
        when age >= 52 and chance(person_id, 'parent') < 0.8 then 'empty nest'
        else 'adult without children'
    end as life_stage,
    case
        when occupation = 'student' then pick(['secondary', 'vocational', 'bachelor'], person_id, 'education')
        when age >= 67 then pick(['primary', 'secondary', 'vocational', 'vocational', 'bachelor'], person_id, 'education')
        else pick(['secondary', 'vocational', 'vocational', 'bachelor', 'bachelor', 'master', 'doctorate'], person_id, 'education')
    end as education,
    case
        when occupation in ('student', 'unemployed') then 'under 20k'
        when occupation in ('at home', 'retired') then pick(['under 20k', '20k-40k', '20k-40k', '40k-60k'], person_id, 'income')
        when education in ('bachelor', 'master', 'doctorate') and age >= 30
            then pick(['40k-60k', '60k-100k', '60k-100k', 'over 100k'], person_id, 'income')
        else pick(['20k-40k', '20k-40k', '40k-60k', '60k-100k'], person_id, 'income')
    end as income_band,
    cast(getvariable('end_date') - age * 365 - whole_number(90, 364, person_id, 'birthday') as date) as birth_date,

    ---------- where

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
            ['Noord-Holland', 'Amsterdam', '1011', '1109', 'city'], ['Noord-Holland', 'Haarlem', '2011', '2037', 'city'],
            ['Zuid-Holland', 'Rotterdam', '3011', '3089', 'city'], ['Zuid-Holland', 'Den Haag', '2511', '2597', 'city'],
            ['Utrecht', 'Utrecht', '3511', '3585', 'city'], ['Noord-Brabant', 'Eindhoven', '5611', '5658', 'city'],
            ['Groningen', 'Groningen', '9711', '9747', 'city'], ['Gelderland', 'Arnhem', '6811', '6846', 'city'],
            ['Limburg', 'Maastricht', '6211', '6229', 'city'], ['Overijssel', 'Raalte', '8101', '8103', 'town'],
            ['Gelderland', 'Winterswijk', '7101', '7109', 'town'], ['Zeeland', 'Goes', '4461', '4465', 'town'],
            ['Friesland', 'Grou', '9001', '9001', 'village'], ['Drenthe', 'Dwingeloo', '7991', '7991', 'village'],
            ['Flevoland', 'Urk', '8321', '8322', 'town']
        ], person_id, 'city')
        when country_draw < 0.88 then pick([
            ['Antwerpen', 'Antwerpen', '2000', '2060', 'city'], ['Oost-Vlaanderen', 'Gent', '9000', '9052', 'city']
        ], person_id, 'city')
        when country_draw < 0.94 then pick([
            ['Nordrhein-Westfalen', 'Köln', '50667', '51149', 'city'], ['Berlin', 'Berlin', '10115', '14199', 'city']
        ], person_id, 'city')
        when country_draw < 0.98 then pick([
            ['England', 'London', null, null, 'city'], ['Scotland', 'Edinburgh', null, null, 'city']
        ], person_id, 'city')
        else pick([
            ['New York', 'New York', '10001', '10040', 'city'], ['California', 'San Francisco', '94102', '94134', 'city']
        ], person_id, 'city')
    end as place,
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
    place[1] as region,
    place[2] as city,
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
