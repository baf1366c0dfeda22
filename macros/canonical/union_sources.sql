{#
    The rows of a business object from all sources that have it and are in use, in the columns of `canonical_<object>`,
    with the source in `source_name`. The var `sources` lists the sources; each has a model `stg_<source>__<object>` with
    the columns that the source knows. The others are null. A column that `canonical_<object>` does not have stays in the result,
    where the contract of that model names it.

    object_name: name of a business object, for example 'orders'.
    Returns a SQL query.
    Raises a compilation error where the var `sources` has no list for the object.
#}
{% macro union_sources(object_name) -%}
    {%- if object_name not in var('sources') -%}
        {{ exceptions.raise_compiler_error(
            'The var `sources` in dbt_project.yml has no list for `' ~ object_name ~ '`. Add one, empty where no source '
            ~ 'has any (`' ~ object_name ~ ': []`).'
        ) }}
    {%- endif -%}
    {%- set queries = [] -%}
    {%- for source_name in var('sources')[object_name] if source_is_in_use(source_name) -%}
        {%- do queries.append(
            "select '" ~ source_name ~ "' as source_name, * from " ~ ref('stg_' ~ source_name ~ '__' ~ object_name)
        ) -%}
    {%- endfor -%}
    {{ union_by_name(canonical_columns(object_name), queries) }}
{%- endmacro %}
