{#
    The query of `profiles` with the labels of the segments in place of their codes.

    The labels are written into the query, because 39 joins would be made for a query that needs one of them.

    language: en or nl.
    Returns a SQL query with the columns of `profiles`.
#}
{% macro labelled_profiles(language) -%}
    {%- set seed = ref('segment_definitions') -%}
    {%- set labels = {} -%}
    {%- for row in rows_of_seed(seed, 'select scheme, segment, label_' ~ language ~ ' as label from ' ~ seed ~ ' order by scheme, rank') -%}
        {%- do labels.setdefault(row['scheme'], {}).update({row['segment']: row['label']}) -%}
    {%- endfor -%}
with

profiles as (

    select * from {{ ref('profiles').include(database=false) }}

)

select
    {%- for column in columns_of_model('profiles') %}
    {{ labelled('profiles.' ~ column, labels.get(column, {})) }} as {{ column }}
    {%- if not loop.last %},{% endif %}
    {%- endfor %}

from profiles
{%- endmacro %}

{# The names of a model's columns in its contract; one of them while dbt parses. #}
{% macro columns_of_model(model) -%}
    {%- if not execute -%}
        {{ return(['profile_id']) }}
    {%- endif -%}
    {{ return(graph.nodes['model.' ~ project_name ~ '.' ~ model].columns.keys() | list) }}
{%- endmacro %}
