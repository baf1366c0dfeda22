{#
    The products of an event as `canonical_events` has them, from a vendor's list. An entry without a product is left
    out, and a quantity or price that is no number is missing.

    items: SQL expression of JSON text: a list of objects, or what BigQuery makes of one in Parquet:
        {"list": [{"element": {…}}]}.
    product_id: list of the keys with the product, with dots between them; the first that has a value counts.
    quantity: likewise, with the number of units.
    unit_price: likewise, with the price of one unit.
    missing: list of texts that are no product.
    Returns a SQL expression of JSON text: a list of objects with product_id, quantity and unit_price; null where the list
        has no product.
#}
{% macro event_items(items, product_id, quantity=['quantity'], unit_price=['price'], missing=[]) -%}
    {{ return(adapter.dispatch('event_items')(items, product_id, quantity, unit_price, missing)) }}
{%- endmacro %}

{% macro duckdb__event_items(items, product_id, quantity, unit_price, missing) -%}
    {%- set ns = namespace(ids=[], quantities=[], prices=[]) -%}
    {%- for keys in product_id -%}
        {%- set value = namespace(sql=json_value('item', keys)) -%}
        {%- for word in missing -%}{%- set value.sql = "nullif(" ~ value.sql ~ ", '" ~ word ~ "')" -%}{%- endfor -%}
        {%- do ns.ids.append(value.sql) -%}
    {%- endfor -%}
    {%- for keys in quantity -%}
        {%- do ns.quantities.append(number_or_null(json_value('item', keys), 'integer')) -%}
    {%- endfor -%}
    {%- for keys in unit_price -%}
        {%- do ns.prices.append(number_or_null(json_value('item', keys), 'decimal(19, 4)')) -%}
    {%- endfor -%}
    nullif(cast(to_json(list_filter(
        list_transform(
            case
                when starts_with({{ items }}, '{') then json_extract({{ items }}, '$.list[*].element')
                else json_extract({{ items }}, '$[*]')
            end,
            lambda item: struct_pack(
                product_id := coalesce({{ ns.ids | join(', ') }}, null),
                quantity := coalesce({{ ns.quantities | join(', ') }}, null),
                unit_price := coalesce({{ ns.prices | join(', ') }}, null)
            )
        ),
        lambda item: item.product_id is not null
    )) as varchar), '[]')
{%- endmacro %}
