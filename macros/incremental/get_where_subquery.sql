{#
    The rows that a generic test checks; dbt calls this for every such test. Of an incremental table these are the rows
    that this run computed: the others were tested when they were written, and testing all of history each day would
    cost more than the refresh.

    relation: the tested model's relation.
    Returns a relation or a subquery without an alias, since some tests give it one.
#}
{% macro get_where_subquery(relation) -%}
    {%- set conditions = [] -%}
    {%- if config.get('where') -%}
        {%- do conditions.append(config.get('where')) -%}
    {%- endif -%}
    {%- if execute -%}
        {%- set tested = graph.nodes.values() | selectattr('resource_type', 'equalto', 'model') | selectattr('alias', 'equalto', relation.identifier) | list -%}
        {%- if tested and computed_rows(tested[0]) | trim and not is_tested_whole(tested[0]) -%}
            {%- do conditions.append(computed_rows(tested[0])) -%}
        {%- endif -%}
    {%- endif -%}
    {%- if conditions -%}
        {{ return('(select * from ' ~ relation ~ ' as existing where (' ~ conditions | join(') and (') ~ '))') }}
    {%- else -%}
        {{ return(relation) }}
    {%- endif -%}
{%- endmacro %}

{# Whether the whole table is tested: this run rebuilt it, or is the first and has no copy of what was before. #}
{% macro is_tested_whole(model_node) -%}
    {%- if is_rebuilt(model_node.name) -%}
        {{ return(true) }}
    {%- endif -%}
    {%- set first = before('int_as_of_dates') -%}
    {%- set found = run_query(
        "select count(*) from information_schema.tables where table_schema = '" ~ first.schema ~ "' and table_name = '" ~ first.identifier ~ "'"
    ) -%}
    {{ return(found.columns[0].values()[0] == 0) }}
{%- endmacro %}
