{#
    Limits a query to the sessions, visitors or profiles that this run recomputes; no limit where the table is
    rebuilt. The model depends on the list of keys in both cases, so it needs no `-- depends_on`.

    key: the column to limit, with its relation if needed: session_id, visitor_id, profile_id, orders.profile_id.
    fed_model: name of the incremental model that the rows are for; by default the model that calls this.
    Returns a SQL condition.
    Errors: a key that has no list; a model that is not incremental.
#}
{% macro only_this_run(key, fed_model=none) -%}
    {%- set column = key.split('.') | last -%}
    {%- set keys_this_run = {
        'session_id': 'int_session_keys_this_run',
        'visitor_id': 'int_visitors_this_run',
        'profile_id': 'int_profiles_this_run'
    } -%}
    {%- if column not in keys_this_run -%}
        {{ exceptions.raise_compiler_error('only_this_run: no model lists each ' ~ column ~ ' of this run') }}
    {%- endif -%}
    {%- set this_run = ref(keys_this_run[column]) -%}
    {%- set fed = fed_model or model.name -%}
    {%- if execute and model.resource_type != 'unit_test' and graph.nodes['model.' ~ project_name ~ '.' ~ fed].config.materialized != 'incremental' -%}
        {{ exceptions.raise_compiler_error('only_this_run: ' ~ fed ~ ' is not incremental; name the model that the rows are for') }}
    {%- endif -%}
    {%- if is_rebuilt(fed) -%}
    1 = 1
    {%- else -%}
    {{ key }} in (select this_run.{{ column }} from {{ this_run }} as this_run)
    {%- endif -%}
{%- endmacro %}
