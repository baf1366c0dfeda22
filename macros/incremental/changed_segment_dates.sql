{#
    Keeps the segments that this run computes again as they were, so that `changed_segment_dates` can compare them. For a
    pre_hook of `profile_segments`.

    Returns a SQL statement, or nothing where the table is rebuilt.
#}
{% macro keep_segments_before() -%}
    {%- set segmented = is_segmented_this_run() -%}
    {%- if execute and not is_rebuilt('profile_segments') -%}
    {#- the columns were looked up in a transaction, which may not write to a second database -#}
    {%- do adapter.commit() -%}
    create or replace table {{ before('profile_segments') }} as
    select existing.* from {{ this }} as existing
    where {{ segmented }}
    {%- endif -%}
{%- endmacro %}

{#
    The dates of the history at which a profile has another segment or revenue than before, and those that came or went.

    Returns a SQL query with the column as_of_date. Read it only where `segment_sizes` and its like are kept.
#}
{% macro changed_segment_dates() -%}
    {%- set after -%}
    select existing.* from {{ existing_relation('profile_segments') }} as existing where {{ is_segmented_this_run() }}
    {%- endset -%}
    {%- set as_before -%}
    select * from {{ before('profile_segments') }}
    {%- endset -%}
    select as_of_date from (
        ({{ after }} except all {{ as_before }})
        union all
        ({{ as_before }} except all {{ after }})
    ) as changed_segments
    union
    (select as_of_date from {{ ref('int_as_of_dates') }} except select as_of_date from {{ before('int_as_of_dates') }})
    union
    (select as_of_date from {{ before('int_as_of_dates') }} except select as_of_date from {{ ref('int_as_of_dates') }})
{%- endmacro %}

{#
    The dates of the moves that the changes reach: a move is from the date before, which may be another one than it was.

    Returns a SQL query with the column as_of_date.
#}
{% macro changed_move_dates() -%}
    with changed_dates as (
        {{ changed_segment_dates() }}
    ),
    steps as (
        select as_of_date, lag(as_of_date) over (order by as_of_date) as previous_date from {{ ref('int_as_of_dates') }}
        union all
        select as_of_date, lag(as_of_date) over (order by as_of_date) from {{ before('int_as_of_dates') }}
    )
    select as_of_date from changed_dates
    union
    select steps.as_of_date from steps
    inner join changed_dates on steps.previous_date = changed_dates.as_of_date
{%- endmacro %}

{# A condition on `existing`, rows of `profile_segments`: whether this run computes them again. #}
{% macro is_segmented_this_run() -%}
    existing.profile_id in (select profile_id from {{ ref('int_profiles_this_run') }})
    or exists (
        select 1
        from ({{ profile_dates_to_segment() }}) as computed
        where computed.profile_id = existing.profile_id and computed.as_of_date = existing.as_of_date
    )
{%- endmacro %}
