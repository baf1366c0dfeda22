{{ config(
    materialized='incremental',
    incremental_strategy='replace_windows',
    meta={'rebuilt_together': 'events'}
) }}

with

session_events as (

    select * from {{ ref('int_session_events_this_run') }}

    where action in ('cart_add', 'cart_remove', 'purchase')

),

session_keys as (

    select * from {{ ref('int_session_keys_this_run') }}

),

-- units put in the cart and not taken out
balances as (

    select
        session_number,
        purchases_so_far,
        product_id,
        count(case when action <> 'cart_remove' then 1 end) as put_in_or_bought_count,
        sum(cart_change) as cart_balance

    from session_events

    group by session_number, purchases_so_far, product_id

),

ranked as (

    select
        *,
        max(case when put_in_or_bought_count > 0 then purchases_so_far end) over (
            partition by session_number
        ) as last_purchases_so_far

    from balances

),

-- since the last purchase
carts as (

    select
        session_number,
        -- units of an unknown product count as one product
        count(*) as products_left_in_cart

    from ranked

    where purchases_so_far = last_purchases_so_far and cart_balance > 0

    group by session_number

)

select
    session_keys.session_id,
    session_keys.visitor_id,
    session_keys.started_at,
    carts.products_left_in_cart

from carts

inner join session_keys
    on carts.session_number = session_keys.session_number
