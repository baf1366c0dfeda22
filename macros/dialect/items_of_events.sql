{#
    One row for each item of the events that carry a list of them.

    relation: a relation with the column `items`, a JSON list of objects with product_id, quantity and unit_price, never
        null.
    columns: list of the columns to keep beside those of the item.
    Returns a SQL query with `columns`, product_id, quantity, unit_price and item_number, from 1.
#}
{% macro items_of_events(relation, columns) -%}
    {{ return(adapter.dispatch('items_of_events')(relation, columns)) }}
{%- endmacro %}

{% macro default__items_of_events(relation, columns) -%}
    select
        {{ columns | join(', ') }},
        item.product_id,
        item.quantity,
        item.unit_price,
        position + 1 as item_number
    from {{ relation }}
    lateral view posexplode(
        from_json(items, 'array<struct<product_id: string, quantity: int, unit_price: decimal(19, 4)>>')
    ) as position, item
{%- endmacro %}

{% macro duckdb__items_of_events(relation, columns) -%}
    select
        {{ columns | join(', ') }},
        item.product_id,
        item.quantity,
        item.unit_price,
        item_number
    from (
        select
            {{ columns | join(', ') }},
            unnest(item_list) as item,
            generate_subscripts(item_list, 1) as item_number
        from (
            select
                *,
                from_json(
                    items, '[{"product_id": "VARCHAR", "quantity": "INTEGER", "unit_price": "DECIMAL(19, 4)"}]'
                ) as item_list
            from {{ relation }}
        ) as listed
    ) as unnested
{%- endmacro %}
