with

order_lines as (

    select * from {{ ref('base_woocommerce__order_lines') }}

),

csv_lines as (

    select * from {{ ref('base_woocommerce__csv_lines') }}

),

all_lines as (

    select
        order_id,
        line_number,
        product_id,
        quantity,
        gross_amount,
        discount_amount,
        reported_at as updated_at,
        _load_id

    from order_lines

    union all

    select
        order_id,
        line_number,
        product_id,
        quantity,
        gross_amount,
        discount_amount,
        cast(null as timestamp) as updated_at,
        _load_id

    from csv_lines

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
        cast(discount_amount as decimal(19, 4)) as discount_amount,

        ---------- when
        updated_at,

        ---------- landing
        _load_id

    from all_lines

)

select * from renamed
