select order_id, customer_id, gross_amount from {{ ref('stg_shop__orders') }}
