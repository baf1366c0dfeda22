with

transactions as (

    select * from {{ ref('base_complete_journey__transactions') }}

),

baskets as (

    select
        basket_id,
        max(household_id) as household_id,
        min(transaction_timestamp) as paid_at,
        sum(gross_amount) as gross_amount,
        sum(discount_amount) as discount_amount,
        sum(coupon_disc) as coupon_amount,
        max(_load_id) as _load_id

    from transactions

    group by basket_id

),

dated as (

    select
        *,
        -- a redemption bears the stores' day, whatever the business's time zone
        cast({{ in_timezone('paid_at', 'America/New_York') }} as date) as store_date

    from baskets

),

-- a household may redeem several coupons on a day: any, but always the same
redeemed_coupons as (

    select
        household_id,
        redemption_date,
        min(coupon_upc) as coupon_upc

    from {{ source('complete_journey', 'coupon_redemptions') }}

    group by household_id, redemption_date

),

orders as (

    select
        ---------- ids
        dated.basket_id as order_id,
        dated.household_id as customer_id,
        -- no campaign_id: coupons are redeemed on a day, not in a basket, so the campaign of a basket is not known

        ---------- what
        'completed' as order_status,
        'store' as sales_channel,
        -- redemptions are listed of coupons from campaigns only: the code of any other is not known
        case when dated.coupon_amount > 0 then coalesce(redeemed_coupons.coupon_upc, 'unknown') end as coupon_code,
        false as is_gift,
        -- the format names no currency: its amounts count as amounts in the reporting currency
        cast(dated.gross_amount as decimal(19, 4)) as gross_amount,
        cast(dated.discount_amount as decimal(19, 4)) as discount_amount,

        ---------- when
        -- The files hold UTC: the weeks that they number change at 05:00 in winter and 04:00 in summer, midnight in
        -- New York.
        dated.paid_at as ordered_at,

        ---------- landing
        dated._load_id

    from dated

    left join redeemed_coupons
        on
            dated.household_id = redeemed_coupons.household_id
            and dated.store_date = redeemed_coupons.redemption_date

)

select * from orders
