-- depends_on: {{ ref('int_visitor_customers') }}
-- depends_on: {{ ref('int_session_orders') }}
with

windows as (

    select visitor_id from {{ ref('int_session_windows_this_run') }}

)

select visitor_id from windows

{% if not is_rebuilt('int_session_profiles') %}

union

-- who logged in or ordered elsewhere may be who was here
select visitor_id
from (
    {{ changed_rows('int_visitor_customers', ['visitor_id', 'customer_id']) }}
) as changed_customers

union

select visitor_id
from (
    {{ changed_rows('int_session_orders', [
        'visitor_id', 'session_id', 'order_id', 'customer_id', 'counts_as_order', 'ordered_at', 'gross_revenue'
    ]) }}
) as changed_orders

{% endif %}
