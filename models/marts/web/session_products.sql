{{ config(
    materialized='incremental',
    incremental_strategy='replace_windows',
    on_schema_change='fail',
    meta={'started_at': 'session_started_at'}
) }}

with

windows as (  -- noqa: ST03, only an increment reads it

    select * from {{ ref('int_session_windows_this_run') }}

),

session_products as (

    select
        ---------- ids
        session_products.session_id,
        session_products.visitor_id,
        session_products.product_id,

        ---------- what happened
        cast(view_count as bigint) as view_count,
        attention_kinds,
        dwell_seconds,
        cast(cart_add_count as bigint) as cart_add_count,
        cast(purchase_count as bigint) as purchase_count,

        ---------- when
        session_products.session_started_at

    from {{ ref('int_session_products') }} as session_products

    {% if is_incremental() %}
    inner join windows
        on
            session_products.visitor_id = windows.visitor_id
            and session_products.session_started_at between windows.window_start and windows.window_end
    {% endif %}

)

select * from session_products
