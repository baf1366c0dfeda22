with

source as (

    select * from {{ source('magento', 'orders') }}

),

-- a page of the API may be exported twice in one file
numbered as (

    select
        *,
        coalesce(updated_at, created_at) as reported_at,
        row_number() over (
            partition by order_id, coalesce(updated_at, created_at), _load_id
            order by {{ row_order('source') }}
        ) as nth_copy

    from source

)

select * from numbered

where nth_copy = 1
