with

order_lines as (

    select * from {{ ref('base_magento__order_lines') }}

),

renamed as (

    select
        ---------- ids
        order_id,
        line_number,
        product_id,

        ---------- what
        quantity,
        cast(coalesce(gross_amount / nullif(quantity, 0), 0) as decimal(19, 4)) as unit_price,
        discount_amount,

        ---------- when
        reported_at as updated_at,

        ---------- landing
        _load_id

    from order_lines

)

select * from renamed
