{#
    Incremental strategies that replace what stands in for a key with what the model selects for it, so that
    a row that is no more goes as well: dbt's delete+insert only deletes keys that come back.

    replace_windows: the sessions that began in a window of `int_session_windows`; the table has columns
        visitor_id and a session's start (`started_at`, or as `meta.started_at` says).
    replace_visitors: the rows of the visitors in `int_changed_visitors`.
    replace_profiles: the rows of the profiles in `int_changed_profiles`.
    replace_profile_dates: the rows of these profiles, and of the dates that are no longer in `int_as_of_dates`.
    replace_memberships: the same, and of each profile and date in `int_changed_profile_dates`.

    dbt looks these macros up by the model's `incremental_strategy`.
    arg_dict: dbt's description of the tables: target_relation, temp_relation, dest_columns.
    Returns SQL statements.
#}
{% macro get_incremental_replace_windows_sql(arg_dict) -%}
    {%- set started_at = config.get('meta', {}).get('started_at', 'started_at') -%}
    delete from {{ arg_dict['target_relation'] }} as standing
    using {{ standing('int_session_windows') }} as windows
    where
        standing.visitor_id = windows.visitor_id
        and standing.{{ started_at }} between windows.started_at and windows.ended_at;
    {{ insert_selected(arg_dict) }}
{%- endmacro %}

{% macro get_incremental_replace_visitors_sql(arg_dict) -%}
    delete from {{ arg_dict['target_relation'] }}
    where visitor_id in (select visitor_id from {{ standing('int_changed_visitors') }});
    {{ insert_selected(arg_dict) }}
{%- endmacro %}

{% macro get_incremental_replace_profiles_sql(arg_dict) -%}
    delete from {{ arg_dict['target_relation'] }}
    where profile_id in (select profile_id from {{ standing('int_changed_profiles') }});
    {{ insert_selected(arg_dict) }}
{%- endmacro %}

{% macro get_incremental_replace_profile_dates_sql(arg_dict) -%}
    delete from {{ arg_dict['target_relation'] }}
    where
        profile_id in (select profile_id from {{ standing('int_changed_profiles') }})
        or as_of_date not in (select as_of_date from {{ standing('int_as_of_dates') }});
    {{ insert_selected(arg_dict) }}
{%- endmacro %}

{% macro get_incremental_replace_memberships_sql(arg_dict) -%}
    delete from {{ arg_dict['target_relation'] }} as standing
    using {{ standing('int_changed_profile_dates') }} as changed
    where standing.profile_id = changed.profile_id and standing.as_of_date = changed.as_of_date;
    {{ get_incremental_replace_profile_dates_sql(arg_dict) }}
{%- endmacro %}

{% macro insert_selected(arg_dict) -%}
    {%- set columns = get_quoted_csv(arg_dict['dest_columns'] | map(attribute='name')) -%}
    insert into {{ arg_dict['target_relation'] }} ({{ columns }})
    select {{ columns }} from {{ arg_dict['temp_relation'] }}
{%- endmacro %}
