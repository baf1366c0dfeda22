with

purchases as (

    select * from {{ ref('base_rees46__purchases') }}

),

order_lines as (

    select
        ---------- ids
        order_id,
        row_number() over (
            partition by order_id
            order by event_time, product_id, price, category_id, category_code, brand
        ) as line_number,
        product_id,

        ---------- what
        1 as quantity,
        price as unit_price,
        cast(0 as decimal(19, 4)) as discount_amount,

        ---------- landing
        _load_id

    from purchases

)

select * from order_lines
