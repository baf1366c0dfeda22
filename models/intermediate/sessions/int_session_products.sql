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

minimums as (

    select
        max(case when attention_kind = 'image_zoom' then min_value end) as image_zoom,
        max(case when attention_kind = 'review_read' then min_value end) as review_read,
        max(case when attention_kind = 'option_select' then min_value end) as option_select,
        max(case when attention_kind = 'alternatives' then min_value end) as alternatives,
        max(case when attention_kind = 'dwell_seconds' then min_value end) as dwell_seconds

    from {{ ref('attention_kinds') }}

),

session_products as (

    select
        session_number,
        product_id,
        {{ count_action('product_view') }} as view_count,
        {{ count_action('image_zoom') }} as image_zoom_count,
        {{ count_action('review_read') }} as review_read_count,
        {{ count_action('option_select') }} as option_select_count,
        sum(dwell_microseconds) / 1000000.0 as dwell_seconds,
        {{ count_action('cart_add') }} as cart_add_count,
        {{ count_action('purchase') }} as purchase_count

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

with_alternatives as (

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
        with_alternatives.product_id,

        ---------- what happened
        with_alternatives.view_count,
        case when with_alternatives.image_zoom_count >= minimums.image_zoom then 1 else 0 end
        + case when with_alternatives.review_read_count >= minimums.review_read then 1 else 0 end
        + case when with_alternatives.option_select_count >= minimums.option_select then 1 else 0 end
        + case when with_alternatives.alternative_count >= minimums.alternatives then 1 else 0 end
        + case when with_alternatives.dwell_seconds >= minimums.dwell_seconds then 1 else 0 end as attention_kinds,
        with_alternatives.review_read_count,
        with_alternatives.dwell_seconds,
        with_alternatives.cart_add_count,
        with_alternatives.purchase_count,

        ---------- when
        session_keys.started_at as session_started_at

    from with_alternatives

    inner join session_keys
        on with_alternatives.session_number = session_keys.session_number

    cross join minimums

)

select * from attended
