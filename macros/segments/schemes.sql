{#
    The segment schemes of the seed `scheme_definitions`, in the order of reports. Each is a column of that name in
    `profile_segments` and `profiles`.

    Returns a list of names. While dbt parses, or before the seed is built, it is one placeholder, so that the body of a
    loop over the schemes is seen and the SQL stays well-formed.
#}
{% macro schemes() -%}
    {%- set seed = ref('scheme_definitions') -%}
    {%- set found = rows_of_seed(seed, 'select scheme from ' ~ seed ~ ' order by position') -%}
    {{ return(found | map(attribute='scheme') | list or ['no_scheme_yet']) }}
{%- endmacro %}

{#
    The rows that a query on seeds returns while dbt compiles.

    seed: relation of one of the seeds that the query reads.
    query: the query.
    Returns a list of rows; none while dbt parses, or before the seed is built.
#}
{% macro rows_of_seed(seed, query) -%}
    {%- if execute and load_relation(seed) is not none -%}
        {{ return(run_query(query).rows | list) }}
    {%- endif -%}
    {{ return([]) }}
{%- endmacro %}
