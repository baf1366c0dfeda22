{{ config(materialized='view') }}

{%- set columns = [
    'visitor_id', 'event_id', 'reported_at', 'action', 'is_page', 'customer_id', 'order_id', 'order_total', 'currency',
    'session_mark', '_load_id'
] %}
-- what a list shows has not been looked at yet
{%- set shows_a_list = "action in ('list_view', 'search', 'trip_search')" %}

with

of_one_product as (

    select
        *,
        occurred_at as reported_at,
        {{ session_mark() }} as session_mark

    from {{ ref('int_events_this_run') }}

    where items is null or {{ shows_a_list }}

),

of_several_products as (

    select
        *,
        occurred_at as reported_at,
        {{ session_mark() }} as session_mark

    from {{ ref('int_events_this_run') }}

    where items is not null and not {{ shows_a_list }}

),

items as (

    {{ items_of_events('of_several_products', columns) }}

)

select
    {{ columns | join(',\n    ') }},
    case when not {{ shows_a_list }} then product_id end as product_id,
    quantity,
    unit_price,
    true as is_landed_row

from of_one_product

union all

select
    {{ columns | join(',\n    ') }},
    product_id,
    quantity,
    unit_price,
    item_number = 1 as is_landed_row

from items
