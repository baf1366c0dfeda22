with

products as (

    select * from {{ ref('int_products') }}

),

described as (

    select
        ---------- ids
        product_id,

        ---------- what
        product_name as name,
        category,
        subcategory,
        brand,
        stock_quantity,

        ---------- money, per unit
        cast(list_price as decimal(28, 2)) as list_price,
        cast(unit_cost as decimal(28, 2)) as unit_cost,
        cast(list_price - unit_cost as decimal(28, 2)) as margin

    from products

)

select * from described
