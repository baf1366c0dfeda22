{#
    Configures a view of the marts that is still valid in a copy of the database file under another name. So the view
    names the tables it reads without the database, `ref(…).include(database=false)`, and dbt's connection looks such a
    name up in the marts and in the schema `internal` while it creates the view.

    What such a view looks up while it compiles is in seeds only, so it stays as it is when nothing but rows has landed.
#}
{% macro portable_mart_view() -%}
    {#- rendered when the hook runs, which knows the view's own database -#}
    {%- set schemas = '{{ target.database }}.main,{{ this.database }}.{{ this.schema }},{{ this.database }}.internal' -%}
    {{ config(
        materialized='view',
        pre_hook="set search_path = '" ~ schemas ~ "'",
        post_hook="reset search_path",
        meta={'sql_of_seeds': true}
    ) }}
{%- endmacro %}
