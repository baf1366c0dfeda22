-- One row per product: twelve categories of `blocks` blocks of sixteen shelves.
create table products as

with

categories(category_number, category, subcategories, typical_price, typical_cost_share) as (

    values
    (0, 'Toys', ['Games', 'Building sets', 'Dolls'], 28, 0.55),
    (1, 'Books', ['Fiction', 'Cooking', 'Children'], 18, 0.60),
    (2, 'Chocolate', ['Letters', 'Bonbons'], 12, 0.45),
    (3, 'Jewellery', ['Rings', 'Necklaces'], 75, 0.40),
    (4, 'Kitchen', ['Pans', 'Appliances', 'Tableware'], 48, 0.58),
    (5, 'Garden', ['Tools', 'Furniture', 'Plants'], 55, 0.62),
    (6, 'Sports', ['Running', 'Cycling', 'Yoga'], 60, 0.55),
    (7, 'Fashion', ['Women', 'Men', 'Kids'], 45, 0.45),
    (8, 'Electronics', ['Audio', 'Phones', 'Smart home'], 140, 0.80),
    (9, 'Beauty', ['Care', 'Perfume'], 30, 0.42),
    (10, 'Pets', ['Dogs', 'Cats'], 22, 0.57),
    (11, 'Home', ['Lighting', 'Textiles', 'Decoration'], 38, 0.50)

),

numbers as (

    select cast(range as integer) as product_number
    from range(1, 192 * getvariable('blocks') + 1)

),

priced as (

    select
        numbers.product_number,
        categories.*,
        -- prices end in 95 cents and range from a third to three times the typical price
        cast(
            floor(typical_price * pow(3, 2 * chance(product_number, 'price') - 1)) + 0.95 as decimal(18, 2)
        ) as list_price

    from numbers

    inner join categories
        on categories.category_number = (numbers.product_number - 1) // (16 * getvariable('blocks'))

)

select
    product_number,
    category_number,
    product_name(product_number) as product_id,
    'Demo product ' || product_number as name,
    category,
    pick(subcategories, product_number, 'subcategory') as subcategory,
    'Demo brand '
    || chr(65 + cast((category_number * 2 + floor(5 * pow(chance(product_number, 'brand'), 2))) % 26 as integer)) as brand,
    list_price,
    cast(
        round(list_price * (typical_cost_share + 0.1 * chance(product_number, 'cost') - 0.05), 2) as decimal(18, 2)
    ) as unit_cost,
    whole_number(0, 400, product_number, 'stock') as stock_quantity

from priced;

-- One row per category, with the words that people search it for.
create table search_words as

select
    category_number,
    list_concat([lower(any_value(category))], list(distinct lower(subcategory) order by lower(subcategory))) as words

from products
group by category_number;

create table shop_products as

select
    * exclude (product_number, category_number),
    cast(getvariable('first_day') as timestamp) as arrives_at

from products;
