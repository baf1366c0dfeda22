with

source as (

    select * from {{ source('olist', 'customers') }}

),

purchases as (

    select
        customer_id,
        min(order_purchase_timestamp) as ordered_at

    from {{ source('olist', 'orders') }}

    group by customer_id

),

renamed as (

    select
        ---------- ids
        source.customer_unique_id as customer_id,

        ---------- who
        false as is_birth_date_estimated,

        ---------- where
        'BR' as country,
        source.customer_state as region,
        source.customer_city as city,
        -- a spreadsheet takes the zeros in front away
        lpad(source.customer_zip_code_prefix, 5, '0') as postal_area,

        ---------- when
        purchases.ordered_at as updated_at,

        ---------- landing
        source._load_id

    from source

    left join purchases
        on source.customer_id = purchases.customer_id

)

select * from renamed
