{#
    The rows of an incremental table that this run replaces: before the insert, those to delete; after it, those that
    are new. Each of our incremental strategies has its own condition:

    replace_windows: the sessions that start in a window of `int_session_windows_this_run`. The table has the columns
        visitor_id and `started_at`, or the column that `meta.started_at` names.
    replace_loads: the rows of the loads that lost rows, and of those that come back (`replace_rows`). The table has the
        column last_load_id.
    replace_messages: the messages in `int_messages_this_run`.
    replace_visitors: all rows of the visitors in `int_visitors_this_run`.
    replace_profiles: all rows of the profiles in `int_profiles_this_run`.
    replace_profile_dates: these, and the dates that `int_as_of_dates` lost or gained.
    replace_segments: these, and the profiles and dates that come back (`replace_rows`), of customers whose scores
        changed because of others.
    replace_current_profiles: all rows of the profiles in `int_profiles_this_run`, and of those that come back
        (`replace_rows`), whose segments at the latest date may have changed.
    replace_counts: the dates that `int_as_of_dates` does not have, its first one, to which the moves may be kept ones,
        those at which no profile is left to count, and those that come back (`replace_rows`), at which a segment has
        changed.

    model_node: the model, as dbt's graph describes it.
    Returns a SQL condition on the table, with the alias `existing`; nothing for another strategy.
#}
{% macro replaced_rows(model_node) -%}
    {%- set strategy = model_node.config.incremental_strategy -%}
    {%- if strategy == 'replace_windows' -%}
    exists (
        select 1
        from {{ existing_relation('int_session_windows_this_run') }} as windows
        where
            windows.visitor_id = existing.visitor_id
            and existing.{{ model_node.config.meta.get('started_at', 'started_at') }} between windows.window_start and windows.window_end
    )
    {%- elif strategy == 'replace_loads' -%}
    existing.last_load_id in ({{ removed_load_ids() }})
    {%- elif strategy == 'replace_messages' -%}
    exists (
        select 1
        from {{ existing_relation('int_messages_this_run') }} as changed
        where
            changed.source_name = existing.source_name
            and changed.message_event_id = existing.message_event_id
    )
    {%- elif strategy == 'replace_visitors' -%}
    existing.visitor_id in (select visitor_id from {{ existing_relation('int_visitors_this_run') }})
    {%- elif strategy in ['replace_profiles', 'replace_current_profiles', 'replace_profile_dates', 'replace_segments'] -%}
    existing.profile_id in (select profile_id from {{ existing_relation('int_profiles_this_run') }})
        {%- if strategy in ['replace_profile_dates', 'replace_segments'] %}
    or existing.as_of_date not in (
        select as_of_date from {{ existing_relation('int_as_of_dates') }}
        intersect
        select as_of_date from {{ before('int_as_of_dates') }}
    )
        {%- endif -%}
    {%- elif strategy == 'replace_counts' -%}
    existing.as_of_date not in (
        select as_of_date from {{ existing_relation('int_as_of_dates') }}
        except
        select min(as_of_date) from {{ existing_relation('int_as_of_dates') }}
    )
    or existing.as_of_date not in (select as_of_date from {{ existing_relation('profile_segments') }})
    {%- endif -%}
{%- endmacro %}

{#
    The rows of an incremental table that this run computed: those that it replaced, but for what was carried over to a new
    date, which was computed at the date before. A table of counts is small, and all of it. The spans of days of windows
    are written into the condition, which lets the engine skip most rows without reading their visitors.

    Returns a SQL condition as `replaced_rows` does.
#}
{% macro computed_rows(model_node) -%}
    {%- if model_node.config.incremental_strategy in ['replace_profile_dates', 'replace_segments'] -%}
    exists (
        select 1
        from {{ existing_relation('int_profile_dates_this_run') }} as computed
        where computed.profile_id = existing.profile_id and computed.as_of_date = existing.as_of_date
    )
    {%- elif model_node.config.incremental_strategy == 'replace_windows' -%}
    {{ within_windows(
        'existing.' ~ model_node.config.meta.get('started_at', 'started_at'), existing_relation('int_session_windows_this_run')
    ) }}
    and {{ replaced_rows(model_node) }}
    {%- elif model_node.config.incremental_strategy != 'replace_counts' -%}
    {{ replaced_rows(model_node) }}
    {%- endif -%}
{%- endmacro %}
