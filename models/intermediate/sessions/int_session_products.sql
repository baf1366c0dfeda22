{{ config(
    materialized='incremental',
    incremental_strategy='replace_windows',
    meta={'rebuilt_together': 'events', 'started_at': 'session_started_at'}
) }}

with

session_events as (

    select * from {{ ref('int_session_events_this_run') }}

    where product_id is not null

),

session_keys as (

    select * from {{ ref('int_session_keys_this_run') }}

),

products as (

    select * from {{ ref('int_products') }}

),

session_products as (

    select
        session_number,
        product_id,
        {{ count_action('product_view') }} as view_count,
        {{ count_action('image_zoom') }} as image_zoom_count,
        {{ count_action('review_read') }} as review_read_count,
        {{ count_action('option_select') }} as option_select_count,
        {{ count_action('product_compare') }} as product_compare_count,
        sum(dwell_microseconds) / 1000000.0 as dwell_seconds,
        {{ count_action('cart_add') }} as cart_add_count,
        {{ count_action('purchase') }} as purchase_count,
        max(viewed_price) as viewed_price,
        min(case when action = 'product_view' then currency end) as first_viewed_currency,
        max(case when action = 'product_view' then currency end) as viewed_currency

    from session_events

    group by session_number, product_id

),

viewed as (

    select
        session_products.*,
        products.subcategory,
        case when session_products.view_count > 0 then 1 else 0 end as is_viewed

    from session_products

    left join products
        on session_products.product_id = products.product_id

),

facts as (

    select
        *,
        -- the other products of its subcategory that were seen
        case
            when subcategory is not null
                then sum(is_viewed) over (partition by session_number, subcategory) - is_viewed
            else 0
        end as alternative_count

    from viewed

),

attended as (

    select
        ---------- ids
        session_keys.session_id,
        session_keys.visitor_id,
        facts.product_id,

        ---------- what happened
        facts.view_count,
        case when facts.image_zoom_count >= {{ threshold('attention', 'min_image_zooms') }} then 1 else 0 end
        + case when facts.review_read_count >= {{ threshold('attention', 'min_review_reads') }} then 1 else 0 end
        + case when facts.option_select_count >= {{ threshold('attention', 'min_option_selects') }} then 1 else 0 end
        + case
            when facts.product_compare_count >= {{ threshold('attention', 'min_product_compares') }} then 1 else 0
        end
        + case when facts.alternative_count >= {{ threshold('attention', 'min_alternatives') }} then 1 else 0 end
        + case when facts.dwell_seconds >= {{ threshold('attention', 'min_dwell_seconds') }} then 1 else 0 end
            as attention_kinds,
        facts.review_read_count,
        facts.product_compare_count,
        facts.dwell_seconds,
        facts.cart_add_count,
        facts.purchase_count,
        -- the highest price seen; unknown if it was seen in several currencies
        cast(
            case when coalesce(facts.first_viewed_currency = facts.viewed_currency, true) then facts.viewed_price end
            as decimal(28, 4)
        ) as viewed_price,
        facts.viewed_currency,

        ---------- when
        session_keys.started_at as session_started_at

    from facts

    inner join session_keys
        on facts.session_number = session_keys.session_number

)

select * from attended
