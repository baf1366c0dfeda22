-- A random draw is a hash of a key, a purpose and the seed: the same on every run and in any order.
-- (Hashed twice, because DuckDB combines the hashes of two columns so weakly that two draws
-- for one key would be correlated.)
create macro chance(key, purpose) as
    (hash(xor(hash(key), hash(purpose || ':' || getvariable('seed')))) >> 11) / 9007199254740992.0;

create macro whole_number(least_number, greatest_number, key, purpose) as
    cast(least_number + floor((greatest_number - least_number + 1) * chance(key, purpose)) as integer);

create macro pick(options, key, purpose) as
    options[1 + cast(floor(len(options) * chance(key, purpose)) as integer)];

-- The key of the nth child of a key, with at most ten thousand children.
create macro nth_of(key, n) as cast(key as bigint) * 10000 + n;

create macro day_at(day, seconds) as
    cast(day as timestamp) + to_microseconds(cast(seconds * 1000000 as bigint));

-- An instant in the shop's time zone as UTC.
create macro to_utc(local_time) as timezone('UTC', timezone('Europe/Amsterdam', local_time));

create macro visitor_name(person_id, device_number) as
    'v' || lpad(lower(to_hex(hash(xor(hash(nth_of(person_id, device_number)), hash(getvariable('seed')))))), 16, '0');

create macro customer_name(person_id) as 'C' || lpad(cast(person_id as varchar), 7, '0');

create macro order_name(order_number) as 'O' || lpad(cast(order_number as varchar), 8, '0');

create macro product_name(product_number) as 'P' || lpad(cast(product_number as varchar), 5, '0');

-- The nth product (from 0) of one quest: all different, and on the quest's own shelf, so that a visitor
-- does not return to a product by accident within sixteen quests.
create macro nth_product(category_number, block, shelf, n) as
    cast(
        1
        + ((category_number + n // getvariable('blocks')) % 12) * 16 * getvariable('blocks')
        + ((block + n) % getvariable('blocks')) * 16
        + shelf
        as integer
    );

create macro pieces_of(order_or_visit, n) as
    cast(
        case
            when chance(nth_of(order_or_visit, n), 'pieces') < 0.82 then 1
            when chance(nth_of(order_or_visit, n), 'pieces') < 0.95 then 2
            else 3
        end as integer
    );

-- The demo shop's own fixed rates; the warehouse converts with the rates in its seed.
create macro price_in(currency, euros) as
    cast(
        round(euros * case currency when 'GBP' then 0.86 when 'USD' then 1.09 else 1 end, 2)
        as decimal(18, 2)
    );

-- (29 February is celebrated a day before)
create macro birthday_in(year_number, birth_date) as
    make_date(year_number, month(birth_date), least(day(birth_date), if(month(birth_date) = 2, 28, 31)));

-- In a sale all products are marked down, each by its own share: from 15 to 40 percent.
create macro sale_discount(product_number, sale_number) as
    whole_number(3, 8, product_number * 100000 + sale_number, 'mark-down') * 5 / 100.0;

-- Outside a sale a few products are on offer, and deal seekers find them: the nth product of one of their quests
-- has the offer's price whenever they look at it.
create macro offer_discount(quest_key, n, price_style) as
    if(
        chance(nth_of(quest_key, n), 'marked down') < if(price_style = 'deal seeker', 0.75, 0.02),
        whole_number(3, 8, nth_of(quest_key, n), 'offer') * 5 / 100.0,
        0
    );

create macro page_address(page_type, category_number, search_term, product_number) as
    'https://www.demo-shop.example'
    || case page_type
        when 'home' then '/'
        when 'list' then '/category/' || category_number
        when 'product' then '/product/' || product_name(product_number)
        when 'search' then '/search?q=' || replace(search_term, ' ', '+')
        when 'thanks' then '/checkout/thanks'
        when 'info' then '/info'
        when 'delivery' then '/info/delivery'
        when 'returns' then '/info/returns'
        else '/' || page_type
    end;
