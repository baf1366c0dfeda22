select
    'size' as scheme,
    '{{ var("segment_label") }}' as segment,
    date '2026-01-01' as as_of_date,
    count(distinct customer_id) as profile_count,
    1.0::double as share,
    1.0::double as share_of_applicable,
    sum(gross_amount) as net_revenue,
    sum(gross_amount) as margin
from {{ ref('stg_shop__orders') }}
