{#
    The entities of one schema that Snowplow's trackers and enrichments attach to an event.

    contexts: SQL expression of JSON text: an object with the entities in `data`, each with its `schema` and `data`.
    schema: vendor and name of the schema, for example 'com.snowplowanalytics.snowplow.ecommerce/product'.
    Returns a SQL expression of JSON text: a list of what is in their `data`; null where there are none.
#}
{% macro entities(contexts, schema) -%}
    {{ return(adapter.dispatch('entities')(contexts, schema)) }}
{%- endmacro %}

{% macro duckdb__entities(contexts, schema) -%}
    -- most events have none of these, and a look at the text costs less than reading it
    case
        when contains({{ contexts }}, '{{ schema }}/')
            then nullif(cast(to_json(list_transform(
                list_filter(
                    json_extract({{ contexts }}, '$.data[*]'),
                    lambda entity: starts_with(json_extract_string(entity, '$.schema'), 'iglu:{{ schema }}/jsonschema/')
                ),
                lambda entity: json_extract(entity, '$.data')
            )) as varchar), '[]')
    end
{%- endmacro %}
