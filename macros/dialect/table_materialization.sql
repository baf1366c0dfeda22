{#
    Replaces a table in its transaction. dbt-duckdb's own materialization builds a table beside the old one, renames both,
    drops one, and looks for indexes and foreign keys, which our tables do not have: up to eight statements for each of the
    many tables of a refresh. A model may not read its own table, which is gone while it is built.
#}
{% materialization table, adapter='duckdb' -%}
    {%- set existing = load_cached_relation(this) -%}
    {%- set table = this.incorporate(type='table') -%}

    {{ run_hooks(pre_hooks, inside_transaction=False) }}
    {{ run_hooks(pre_hooks, inside_transaction=True) }}

    {%- do adapter.ensure_transaction() -%}
    {{ drop_relation_if_exists(existing) }}
    {%- call statement('main') -%}
        {{ create_table_as(False, table, sql) }}
    {%- endcall -%}
    {%- do persist_docs(table, model) -%}

    {{ run_hooks(post_hooks, inside_transaction=True) }}
    {{ adapter.commit() }}
    {{ run_hooks(post_hooks, inside_transaction=False) }}
    {{ return({'relations': [table]}) }}
{%- endmaterialization %}
