with

source as (

    select * from {{ source('woocommerce', 'orders') }}

),

dated as (

    select
        *,
        coalesce(date_created_gmt, date_created) as ordered_at,
        coalesce(date_modified_gmt, date_modified, date_created_gmt, date_created) as reported_at

    from source

),

-- a page of the API may be exported twice in one file
numbered as (

    select
        *,
        row_number() over (
            partition by order_id, reported_at, _load_id
            order by {{ row_order('dated') }}
        ) as nth_copy

    from dated

    -- an order that has not been placed has no date yet
    where ordered_at is not null

)

select * from numbered

where nth_copy = 1
