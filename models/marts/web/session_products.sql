with

session_products as (

    select
        ---------- ids
        session_id,
        product_id,

        ---------- what happened
        cast(view_count as bigint) as view_count,
        attention_kinds,
        dwell_seconds,
        cast(cart_add_count as bigint) as cart_add_count,
        cast(purchase_count as bigint) as purchase_count

    from {{ ref('int_session_products') }}

)

select * from session_products
