with

source as (

    select * from {{ source('magento', 'products') }}

),

copies as (

    select
        *,
        row_number() over (partition by product_id, _load_id order by {{ row_order('source') }}) as nth_copy

    from source

),

attributes as (

    {{ json_elements('source', 'custom_attributes', ['product_id', '_load_id']) }}

),

costs as (

    select
        product_id,
        _load_id,
        max({{ json_value('element', 'value', 'decimal(19, 4)') }}) as unit_cost

    from attributes

    where {{ json_value('element', 'attribute_code') }} = 'cost'

    group by product_id, _load_id

),

from_api as (

    select
        ---------- ids
        copies.product_id,

        ---------- what
        copies.name as product_name,
        copies.price as list_price,
        costs.unit_cost,

        ---------- landing
        copies._load_id

    from copies

    left join costs
        on copies.product_id = costs.product_id and copies._load_id = costs._load_id

    where copies.nth_copy = 1

),

-- a product that is known from orders only is as its latest line describes it
numbered as (

    select
        *,
        row_number() over (
            partition by product_id order by reported_at desc, product_name asc, _load_id desc
        ) as nth_latest

    from {{ ref('base_magento__order_lines') }}

    where product_id not in (select source.product_id from source)

),

from_lines as (

    select
        ---------- ids
        product_id,

        ---------- what
        product_name,
        cast(null as decimal(19, 4)) as list_price,
        cast(null as decimal(19, 4)) as unit_cost,

        ---------- landing
        _load_id

    from numbered

    where nth_latest = 1

)

select * from from_api

union all

select * from from_lines
