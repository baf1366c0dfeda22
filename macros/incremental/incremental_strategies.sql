{#
    Incremental strategies that replace all rows of the keys that changed (see `replaced_rows`), so that a key without
    new rows is deleted as well; dbt's delete+insert only deletes keys that come back. dbt finds these macros by the
    `incremental_strategy` of a model.

    arg_dict: dbt's description of the tables: target_relation, temp_relation, dest_columns.
    Each returns two SQL statements.
#}
{% macro get_incremental_replace_windows_sql(arg_dict) -%}
    {{ replace_rows(arg_dict) }}
{%- endmacro %}

{% macro get_incremental_replace_loads_sql(arg_dict) -%}
    {{ replace_rows(arg_dict) }}
{%- endmacro %}

{% macro get_incremental_replace_messages_sql(arg_dict) -%}
    {{ replace_rows(arg_dict) }}
{%- endmacro %}

{% macro get_incremental_replace_visitors_sql(arg_dict) -%}
    {{ replace_rows(arg_dict) }}
{%- endmacro %}

{% macro get_incremental_replace_profiles_sql(arg_dict) -%}
    {{ replace_rows(arg_dict) }}
{%- endmacro %}

{% macro get_incremental_replace_profile_dates_sql(arg_dict) -%}
    {{ replace_rows(arg_dict) }}
{%- endmacro %}

{% macro get_incremental_replace_segments_sql(arg_dict) -%}
    {{ replace_rows(arg_dict) }}
{%- endmacro %}

{% macro get_incremental_replace_current_profiles_sql(arg_dict) -%}
    {{ replace_rows(arg_dict) }}
{%- endmacro %}

{% macro get_incremental_replace_counts_sql(arg_dict) -%}
    {{ replace_rows(arg_dict) }}
{%- endmacro %}

{% macro replace_rows(arg_dict) -%}
    {%- set columns = get_quoted_csv(arg_dict['dest_columns'] | map(attribute='name')) -%}
    delete from {{ arg_dict['target_relation'] }} as existing
    where
        {{ replaced_rows(model) }}
        {%- if model.config.incremental_strategy == 'replace_segments' %}
        or exists (
            select 1
            from {{ arg_dict['temp_relation'] }} as new_rows
            where new_rows.profile_id = existing.profile_id and new_rows.as_of_date = existing.as_of_date
        )
        {%- elif model.config.incremental_strategy == 'replace_current_profiles' %}
        or existing.profile_id in (select new_rows.profile_id from {{ arg_dict['temp_relation'] }} as new_rows)
        {%- elif model.config.incremental_strategy == 'replace_counts' %}
        or existing.as_of_date in (select new_rows.as_of_date from {{ arg_dict['temp_relation'] }} as new_rows)
        {%- elif model.config.incremental_strategy == 'replace_loads' %}
        or existing.last_load_id in (select new_rows.last_load_id from {{ arg_dict['temp_relation'] }} as new_rows)
        {%- endif %};
    insert into {{ arg_dict['target_relation'] }} ({{ columns }})
    select {{ columns }} from {{ arg_dict['temp_relation'] }}
{%- endmacro %}
