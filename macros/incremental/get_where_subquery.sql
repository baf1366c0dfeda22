{#
    The rows that a generic test checks; dbt calls this for every such test. Of an incremental table these are the rows
    that this run computed: the others were tested when they were written, and testing all of history each day would
    cost more than the refresh. A test of a key looks at the other rows with the computed keys, too. A rebuild
    (`make refresh FULL=1`) tests all rows.

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
            {%- do conditions.append(rows_to_test(relation, tested[0], tested_key(model))) -%}
        {%- endif -%}
    {%- endif -%}
    {%- if conditions -%}
        {{ return('(select * from ' ~ relation ~ ' as existing where (' ~ conditions | join(') and (') ~ '))') }}
    {%- else -%}
        {{ return(relation) }}
    {%- endif -%}
{%- endmacro %}

{# The columns of the key that a test is about; none for another test. #}
{% macro tested_key(test_node) -%}
    {%- set test = test_node.get('test_metadata') or {} -%}
    {%- if test.name == 'unique' -%}
        {{ return([test.kwargs.column_name]) }}
    {%- elif test.name == 'unique_combination' -%}
        {{ return(test.kwargs.columns) }}
    {%- endif -%}
    {{ return([]) }}
{%- endmacro %}

{#
    A condition for the rows that this run computed and, in a test of a key, for all rows with their keys. A strategy that
    replaces all rows of a visitor or profile leaves no other row of a key with that column in it.
#}
{% macro rows_to_test(relation, model_node, key) -%}
    {%- set replaced_key = {
        'replace_loads': 'last_load_id',
        'replace_messages': 'message_event_id',
        'replace_visitors': 'visitor_id',
        'replace_windows': none
    }.get(model_node.config.incremental_strategy, 'profile_id') -%}
    {%- set computed = computed_rows(model_node) -%}
    {%- if not key or replaced_key in key -%}
        {{ return(computed) }}
    {%- endif -%}
    {%- set columns = '(existing.' ~ key | join(', existing.') ~ ')' -%}
    {{ return(columns ~ ' in (select ' ~ columns ~ ' from ' ~ relation ~ ' as existing where ' ~ computed ~ ')') }}
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
