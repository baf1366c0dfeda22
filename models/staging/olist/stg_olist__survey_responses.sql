with

source as (

    select * from {{ source('olist', 'order_reviews') }}

),

orders as (

    select
        order_id,
        max(customer_id) as customer_id

    from {{ source('olist', 'orders') }}

    group by order_id

),

persons as (

    select
        customer_id,
        max(customer_unique_id) as customer_unique_id

    from {{ source('olist', 'customers') }}

    group by customer_id

),

renamed as (

    select
        ---------- ids
        -- a review of several orders is an answer for each
        source.order_id || '-' || source.review_id as response_id,
        persons.customer_unique_id as customer_id,

        ---------- what
        'csat' as survey,
        'review of the order' as question,
        cast(source.review_score as varchar) as answer,
        cast(source.review_score as decimal(9, 2)) as score,

        ---------- when
        coalesce(source.review_answer_timestamp, source.review_creation_date) as answered_at,

        ---------- landing
        source._load_id

    from source

    inner join orders
        on source.order_id = orders.order_id

    inner join persons
        on orders.customer_id = persons.customer_id

    where source.review_answer_timestamp is not null or source.review_creation_date is not null

)

select * from renamed
