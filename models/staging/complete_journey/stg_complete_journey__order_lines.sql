with

transactions as (

    select * from {{ ref('base_complete_journey__transactions') }}

),

fuel as (

    select distinct product_id from {{ source('complete_journey', 'products') }}

    where product_type like 'GASOLINE%'

),

counted as (

    select
        transactions.*,
        case
            -- the line of a coupon, or goods that were put back at the till: no piece was sold
            when transactions.quantity = 0 and transactions.gross_amount = 0 then 0
            -- what cost money is at least a piece, and has a price
            when transactions.quantity = 0 then 1
            -- most fuel is counted in thousandths of a gallon, some as one: a fill-up is one piece
            when fuel.product_id is not null then 1
            else transactions.quantity
        end as unit_count

    from transactions

    left join fuel
        on transactions.product_id = fuel.product_id

),

order_lines as (

    select
        ---------- ids
        basket_id as order_id,
        row_number() over (
            partition by basket_id
            order by
                product_id, transaction_timestamp, quantity, sales_value, retail_disc, coupon_disc, coupon_match_disc,
                store_id, household_id, nth_in_file
        ) as line_number,
        product_id,

        ---------- what
        unit_count as quantity,
        cast(coalesce(gross_amount / nullif(unit_count, 0), 0) as decimal(19, 4)) as unit_price,
        discount_amount,

        ---------- landing
        _load_id

    from counted

)

select * from order_lines
