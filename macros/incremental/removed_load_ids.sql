{#
    The loads that lost rows since the last whole build: a file changed or was retracted, or a person was erased. The
    numbers are looked up when the query is compiled and written into it, as in `last_load_id`.

    Returns numbers for the list of `in`; null where there are none.
#}
{% macro removed_load_ids() -%}
    {%- if execute -%}
        {%- set found = run_query(
            'select distinct load_id from ' ~ existing_relation('stg_landing__removed_loads') ~ ' order by load_id'
        ) -%}
        {{ return(found.rows | map(attribute=0) | join(', ') or 'null') }}
    {%- endif -%}
{%- endmacro %}
