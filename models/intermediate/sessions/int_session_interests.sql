{{ config(
    materialized='incremental',
    incremental_strategy='replace_windows',
    meta={'rebuilt_together': 'events', 'started_at': 'session_started_at'}
) }}

with

views as (

    select
        session_number,
        product_id,
        count(*) as view_count

    from {{ ref('int_session_events_this_run') }}

    where action = 'product_view'

    group by session_number, product_id

),

products as (

    select * from {{ ref('int_products') }}

    where interest is not null

),

session_keys as (

    select * from {{ ref('int_session_keys_this_run') }}

),

interests as (

    select
        views.session_number,
        products.interest,
        sum(views.view_count) as view_count

    from views

    inner join products
        on views.product_id = products.product_id

    group by views.session_number, products.interest

)

select
    session_keys.session_id,
    session_keys.visitor_id,
    interests.interest,
    cast(interests.view_count as bigint) as view_count,
    session_keys.started_at as session_started_at

from interests

inner join session_keys
    on interests.session_number = session_keys.session_number
