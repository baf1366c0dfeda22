with

as_of as (

    select * from {{ ref('int_as_of') }}

),

first_order as (

    select min(order_date) as first_order_date from {{ ref('int_order_versions') }}

),

-- orders from more than 200 years ago have no occasion
years_back as (

    {{ dbt.generate_series(200) }}

),

years as (

    select
        -- the next occasion may be next year's
        cast(extract(year from as_of.as_of_date) + 2 - years_back.generated_number as integer) as calendar_year,
        -- the window of an occasion may reach into the next year
        cast(
            extract(year from coalesce(first_order.first_order_date, as_of.as_of_date)) - 1 as integer
        ) as first_calendar_year

    from as_of

    cross join first_order

    cross join years_back

)

select calendar_year

from years

where calendar_year >= first_calendar_year
