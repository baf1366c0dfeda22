{{ config(
    materialized='incremental',
    incremental_strategy='replace_windows',
    on_schema_change='fail',
    meta={'started_at': 'session_started_at'}
) }}

with

session_products as (

    select
        ---------- ids
        session_id,
        visitor_id,
        product_id,

        ---------- what happened
        cast(view_count as bigint) as view_count,
        attention_kinds,
        dwell_seconds,
        cast(cart_add_count as bigint) as cart_add_count,
        cast(purchase_count as bigint) as purchase_count,

        ---------- when
        session_started_at

    from {{ ref('int_session_products') }}

    where {{ only_this_run('session_id') }}

)

select * from session_products
