with

orders as (

    select * from {{ ref('int_order_profiles') }}

    where profile_id is not null and {{ only_this_run('profile_id', fed_model='int_order_facts') }}

),

order_lines as (

    select * from {{ ref('int_order_line_values') }}

),

sessions as (

    select * from {{ ref('int_session_profiles') }}

),

session_products as (

    select * from {{ ref('int_session_products') }}

),

sale_days as (

    select * from {{ ref('int_sale_days') }}

),

bought as (

    select distinct
        orders.order_id,
        orders.profile_id,
        orders.ordered_at,
        orders.order_date,
        order_lines.product_id,
        order_lines.is_marked_down,
        order_lines.order_currency,
        order_lines.paid_unit_price

    from orders

    inner join order_lines
        on orders.order_id = order_lines.order_id

),

-- only views of products that were bought matter
seen as (

    select
        sessions.profile_id,
        session_products.product_id,
        session_products.session_started_at,
        session_products.review_read_count,
        session_products.viewed_price,
        session_products.viewed_currency

    from session_products

    inner join sessions
        on session_products.session_id = sessions.session_id

    where
        session_products.product_id in (select product_id from bought)
        and sessions.profile_id in (select profile_id from bought)

),

seen_before as (

    select
        bought.order_id,
        bought.ordered_at,
        bought.order_date,
        bought.is_marked_down,
        bought.paid_unit_price,
        -- only a price in the currency of the order can be compared with it
        case
            when coalesce(seen.viewed_currency, bought.order_currency) = bought.order_currency then seen.viewed_price
        end as viewed_price,
        seen.review_read_count,
        seen.session_started_at,
        cast({{ in_business_timezone('seen.session_started_at') }} as date) as seen_date

    from bought

    inner join seen
        on
            bought.profile_id = seen.profile_id
            and bought.product_id = seen.product_id
            and bought.ordered_at >= seen.session_started_at

    where
        {{ seconds_between('seen.session_started_at', 'bought.ordered_at') }}
        <= {{ threshold('order_views', 'view_window_days') }} * 24 * 60 * 60

),

with_sale_days as (

    select
        seen_before.*,
        sale_days_of_order.sale_date is not null as is_in_sale_period,
        sale_days_of_view.sale_date is not null as is_seen_in_sale_period

    from seen_before

    left join sale_days as sale_days_of_order
        on seen_before.order_date = sale_days_of_order.sale_date

    left join sale_days as sale_days_of_view
        on seen_before.seen_date = sale_days_of_view.sale_date

)

select
    order_id,
    {{ seconds_between('min(session_started_at)', 'max(ordered_at)') }} / 60 as minutes_to_purchase,
    sum(review_read_count) > 0 as has_read_reviews,
    -- viewed at a higher price on an earlier day. Where no price is known of the view, it was higher if the order is
    -- marked down in a sale period that had not begun at the view
    max(
        case
            when seen_date >= order_date then 0
            when viewed_price is not null
                then
                    case
                        when
                            paid_unit_price < viewed_price
                            and viewed_price - paid_unit_price
                            >= {{ threshold('order_lines', 'marked_down_min_share') }} * viewed_price
                            then 1
                        else 0
                    end
            when is_marked_down and is_in_sale_period and not is_seen_in_sale_period then 1
            else 0
        end
    ) = 1 as has_waited_for_price

from with_sale_days

group by order_id
