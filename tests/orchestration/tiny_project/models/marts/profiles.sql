select customer_id as profile_id, count(*) as order_count
from {{ ref('stg_shop__orders') }}
group by customer_id
