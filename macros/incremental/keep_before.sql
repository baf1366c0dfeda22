{#
    Keeps a copy of a table that is rebuilt in every run, so that a later model can see what changed (`changed_rows`).
    For a pre_hook of the model.

    Returns a SQL statement, or nothing on the first run.
#}
{% macro keep_before() -%}
    {%- if execute and load_relation(this) is not none -%}
    create or replace table {{ before(model.name) }} as select * from {{ this }}
    {%- endif -%}
{%- endmacro %}
