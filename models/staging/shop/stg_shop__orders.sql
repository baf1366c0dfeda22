with

source as (

    select * from {{ source('shop', 'orders') }}

),

renamed as (

    select
        ---------- ids
        order_id,
        customer_id,
        visitor_id,
        campaign_id,

        ---------- what
        lower(status) as order_status,
        coalesce(lower(sales_channel), 'online') as sales_channel,
        coupon_code,
        coalesce(is_gift, false) as is_gift,
        upper(currency) as currency,
        gross_amount,
        coalesce(discount_amount, 0) as discount_amount,
        shipping_amount,
        tax_amount,

        ---------- when
        ordered_at,
        updated_at,

        ---------- landing
        is_deleted,
        _load_id

    from source

)

select * from renamed
