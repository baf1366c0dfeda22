-- One row per year, with its feasts.
create table feasts as

select
    year,
    make_date(year, 12, 5) as sinterklaas,
    make_date(year, 12, 25) as christmas,
    make_date(year, 2, 14) as valentine,
    -- the day after the fourth Thursday of November
    make_date(year, 11, 23) + cast((11 - isodow(make_date(year, 11, 1))) % 7 as integer) as black_friday,
    -- the second Sunday of May, the third of June
    make_date(year, 5, 8) + cast(7 - isodow(make_date(year, 5, 1)) as integer) as mothers_day,
    make_date(year, 6, 15) + cast(7 - isodow(make_date(year, 6, 1)) as integer) as fathers_day

from (select cast(unnest(range(year(getvariable('first_day')), year(getvariable('end_date')) + 1)) as integer) as year);

-- One row per day on which people give presents, with the days before it in which they buy them.
create table gift_days as

select 'sinterklaas' as occasion, sinterklaas as day, 20 as days_before from feasts
union all
select 'christmas', christmas, 17 from feasts
union all
select 'valentine', valentine, 8 from feasts
union all
select 'mothers_day', mothers_day, 8 from feasts
union all
select 'fathers_day', fathers_day, 8 from feasts;

-- One row per day, with its weight.
create table calendar as

with

days as (

    select cast(unnest(range(
        cast(getvariable('first_day') as timestamp),
        cast(getvariable('end_date') + 1 as timestamp),
        interval 1 day
    )) as date) as day

),

named_days as (

    select
        days.day,
        isodow(days.day) as weekday,
        days.day between sinterklaas - 23 and sinterklaas as is_before_sinterklaas,
        days.day between christmas - 19 and christmas - 2 as is_before_christmas,
        days.day between christmas - 1 and christmas + 1 as is_christmas,
        days.day between valentine - 9 and valentine - 1 as is_before_valentine,
        days.day between mothers_day - 9 and mothers_day - 1 as is_before_mothers_day,
        days.day between fathers_day - 8 and fathers_day - 1 as is_before_fathers_day,
        days.day between black_friday - 4 and black_friday + 3 as is_black_friday_week,
        days.day between black_friday and black_friday + 3 as is_black_friday,
        days.day between make_date(feasts.year, 1, 2) and make_date(feasts.year, 1, 24) as is_winter_sale,
        days.day between make_date(feasts.year, 6, 15) and make_date(feasts.year, 7, 14) as is_summer_sale,
        (days.day - getvariable('first_day')) / getvariable('days') as elapsed

    from days

    inner join feasts
        on year(days.day) = feasts.year

),

weighed as (

    select
        day,
        is_black_friday_week or is_winter_sale or is_summer_sale as is_sale,
        case
            when is_winter_sale then 10 * year(day) + 1
            when is_summer_sale then 10 * year(day) + 2
            when is_black_friday_week then 10 * year(day) + 3
        end as sale_number,
        is_before_sinterklaas or is_before_christmas or is_before_valentine
        or is_before_mothers_day or is_before_fathers_day as is_gift_season,
        [1.0, 0.95, 0.95, 1.0, 0.95, 1.05, 1.3][weekday]
        * (1 + 0.3 * elapsed)
        * (
            1
            + if(is_before_sinterklaas, 0.7, 0) + if(is_before_christmas, 0.6, 0)
            + if(is_black_friday_week, 0.5, 0) + if(is_black_friday, 0.9, 0)
            + if(is_winter_sale or is_summer_sale, 0.25, 0)
            + if(is_before_valentine or is_before_mothers_day or is_before_fathers_day, 0.2, 0)
            - if(is_christmas, 0.6, 0)
        ) as regular

    from named_days

)

select * from weighed;

-- A lookup for random draws: 20,000 slots, divided over the days by weight.
create table calendar_wheel as

with

shares as (

    select
        day,
        sum(regular) over (order by day) / sum(regular) over () as share_until,
        regular / sum(regular) over () as share

    from calendar

)

select
    day,
    cast(unnest(range(
        cast(round(20000 * (share_until - share)) as bigint), cast(round(20000 * share_until) as bigint)
    )) as integer) as slot

from shares;

-- One row per sale within the shop's days.
create table sales as

select
    sale_number,
    min(day) as first_day,
    max(day) as last_day

from calendar
where sale_number is not null
group by sale_number;

-- The hours of a day in the shop's time zone: evenings are busy, weekends start late.
create table hour_wheel as

with

hours(hour, on_weekdays, at_weekends) as (

    values
    (0, 8, 14), (1, 3, 7), (2, 2, 3), (3, 1, 2), (4, 1, 1), (5, 3, 2), (6, 10, 4), (7, 25, 10),
    (8, 38, 24), (9, 45, 45), (10, 48, 64), (11, 48, 70), (12, 62, 68), (13, 50, 66), (14, 46, 66),
    (15, 45, 66), (16, 46, 64), (17, 44, 56), (18, 50, 52), (19, 84, 66), (20, 108, 84), (21, 106, 84),
    (22, 67, 60), (23, 26, 32)

),

weights as (

    select false as is_weekend, hour, on_weekdays as weight from hours
    union all
    select true as is_weekend, hour, at_weekends as weight from hours

),

shares as (

    select
        is_weekend,
        hour,
        sum(weight) over (partition by is_weekend order by hour) / sum(weight) over (partition by is_weekend) as share_until,
        weight / sum(weight) over (partition by is_weekend) as share

    from weights

)

select
    is_weekend,
    hour,
    cast(unnest(range(
        cast(round(1000 * (share_until - share)) as bigint), cast(round(1000 * share_until) as bigint)
    )) as integer) as slot

from shares;
