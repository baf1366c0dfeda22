-- An order above the limit is a mistake of the till.
select order_id from {{ ref('orders') }} where gross_amount > {{ var('limit_of_orders') }}
