{{ config(
    materialized='incremental',
    incremental_strategy='replace_windows',
    meta={'rebuilt_together': 'events'}
) }}

with

stretches as (

    select * from {{ ref('int_session_stretches') }}

    where cart_add_count > 0 or cart_balance <> 0 or purchase_count > 0

),

last_stretches as (

    select
        visitor_id,
        session_started_at,
        max(purchases_so_far) as purchases_so_far

    from stretches

    where cart_add_count > 0 or purchase_count > 0

    group by visitor_id, session_started_at

),

-- what was put in and not taken out again since the last purchase
carts as (

    select
        stretches.visitor_id,
        stretches.session_started_at,
        count(distinct stretches.product_id) as products_left_in_cart

    from stretches

    inner join last_stretches
        on
            stretches.visitor_id = last_stretches.visitor_id
            and stretches.session_started_at = last_stretches.session_started_at
            and stretches.purchases_so_far = last_stretches.purchases_so_far

    where stretches.cart_balance > 0

    group by stretches.visitor_id, stretches.session_started_at

)

select
    {{ session_key('visitor_id', 'session_started_at') }} as session_id,
    visitor_id,
    session_started_at as started_at,
    products_left_in_cart

from carts
