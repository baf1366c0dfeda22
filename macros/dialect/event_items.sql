{#
    The products of an event as `canonical_events` has them, from a vendor's list. An entry without a product is left
    out, and a quantity or price that is no number is missing.

    items: SQL expression of JSON text: a list of objects, or what BigQuery makes of one in Parquet:
        {"list": [{"element": {…}}]}.
    product_id: list of the keys with the product; the first that has a value counts.
    quantity: key with the number of units.
    unit_price: key with the price of one unit.
    missing: list of texts that are no product.
    Returns a SQL expression of JSON text: a list of objects with product_id, quantity and unit_price; null where the list
        has no product.
#}
{% macro event_items(items, product_id, quantity='quantity', unit_price='price', missing=[]) -%}
    {{ return(adapter.dispatch('event_items')(items, product_id, quantity, unit_price, missing)) }}
{%- endmacro %}

{% macro duckdb__event_items(items, product_id, quantity, unit_price, missing) -%}
    {%- set ids = [] -%}
    {%- for key in product_id -%}
        {%- set id = namespace(sql="nullif(trim(item." ~ adapter.quote(key) ~ "), '')") -%}
        {%- for word in missing -%}{%- set id.sql = "nullif(" ~ id.sql ~ ", '" ~ word ~ "')" -%}{%- endfor -%}
        {%- do ids.append(id.sql) -%}
    {%- endfor -%}
    {#- read as numbers, which is many times as fast as a cast of their texts -#}
    {%- set types = [] -%}
    {%- for key in product_id -%}{%- do types.append('"' ~ key ~ '": "VARCHAR"') -%}{%- endfor -%}
    {%- do types.append('"' ~ quantity ~ '": "INTEGER"') -%}
    {%- do types.append('"' ~ unit_price ~ '": "DECIMAL(19, 4)"') -%}
    -- most events have no products, and need not be read
    case when length({{ items }}) > 2 then nullif(cast(to_json(list_filter(
        list_transform(
            from_json(
                case
                    when starts_with({{ items }}, '{') then to_json(json_extract({{ items }}, '$.list[*].element'))
                    else {{ items }}
                end,
                '[{ {{- types | join(', ') -}} }]'
            ),
            lambda item: struct_pack(
                product_id := {% if ids | length > 1 %}coalesce({{ ids | join(', ') }}){% else %}{{ ids[0] }}{% endif %},
                quantity := item.{{ adapter.quote(quantity) }},
                unit_price := item.{{ adapter.quote(unit_price) }}
            )
        ),
        lambda item: item.product_id is not null
    )) as varchar), '[]') end
{%- endmacro %}
