with

source as (

    select * from {{ source('complete_journey', 'transactions') }}

),

renamed as (

    select
        ---------- ids
        basket_id,
        household_id,
        store_id,
        product_id,

        ---------- what
        quantity,
        sales_value,
        coalesce(retail_disc, 0) as retail_disc,
        coalesce(coupon_disc, 0) as coupon_disc,
        coalesce(coupon_match_disc, 0) as coupon_match_disc,

        ---------- when
        transaction_timestamp,

        ---------- landing
        _load_id

    from source

),

-- A basket may hold the same line twice, and two files may hold the same baskets: copies of a
-- line are numbered within each file, and the nth of one file is the nth of the other.
numbered as (

    select
        *,
        row_number() over (
            partition by
                _load_id, basket_id, household_id, store_id, product_id, quantity, sales_value, retail_disc,
                coupon_disc, coupon_match_disc, transaction_timestamp
            order by _load_id
        ) as nth_in_file

    from renamed

),

transactions as (

    select
        basket_id,
        household_id,
        store_id,
        product_id,
        quantity,
        sales_value,
        retail_disc,
        coupon_disc,
        coupon_match_disc,
        transaction_timestamp,
        nth_in_file,
        max(_load_id) as _load_id

    from numbered

    group by
        basket_id, household_id, store_id, product_id, quantity, sales_value, retail_disc, coupon_disc,
        coupon_match_disc, transaction_timestamp, nth_in_file

)

-- What the retailer receives has the loyalty card's discount and the matched coupons taken off already, so
-- the price on the shelf is the sum of the three, and the net is what is received. A manufacturer's coupon lowers
-- what the household pays, but not what the retailer receives: it is no discount of the retailer's.
select
    *,
    cast(sales_value + retail_disc + coupon_match_disc as decimal(19, 4)) as gross_amount,
    cast(retail_disc + coupon_match_disc as decimal(19, 4)) as discount_amount
from transactions
