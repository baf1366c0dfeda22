{#
    Configures a view of the marts that reads marts: it moves with the file that it is in, to a serving copy whose
    database has another name. So it names what it reads without the database (`ref(…).include(database=false)`);
    while it is made, such a name is looked up among the marts.
#}
{% macro portable_mart_view() -%}
    {{ config(
        materialized='view',
        pre_hook="set search_path = '{{ target.database }}.main,{{ this.database }}.{{ this.schema }}'",
        post_hook="reset search_path"
    ) }}
{%- endmacro %}
