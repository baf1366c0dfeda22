{#
    A rebuild with a long history has more profiles and dates than DuckDB can compute all features of at once: its
    aggregates of text and its many joins need memory for each row. So `profile_features` is filled in batches, each of them
    with the profiles and dates (`int_profile_dates_this_run`) of some numbers. A refresh that is no rebuild has one.

    This says whether a row of `int_profile_dates_this_run` is in the batch that is being computed. Without a batch all are.

    alias: the table's alias in the query, where another table has its columns, too.
    Returns a SQL condition.
#}
{% macro is_in_batch(alias=none) -%}
    {{ return(adapter.dispatch('is_in_batch')(alias)) }}
{%- endmacro %}

{% macro default__is_in_batch(alias) -%}
    true
{%- endmacro %}

{% macro duckdb__is_in_batch(alias) -%}
    {{ alias ~ '.' if alias }}profile_date_number between coalesce(getvariable('first_in_batch'), 0)
    and coalesce(getvariable('last_in_batch'), 9223372036854775807)
{%- endmacro %}

{#
    Begins the first batch, if one is not enough. For a pre_hook of a model that reads what is in the batch.

    rows_at_a_time: how many rows of `int_profile_dates_this_run` a batch has.
    Returns SQL statements, or nothing.
#}
{% macro begin_batches(rows_at_a_time) -%}
    {{ return(adapter.dispatch('begin_batches')(rows_at_a_time)) }}
{%- endmacro %}

{% macro default__begin_batches(rows_at_a_time) -%}
{%- endmacro %}

{% macro duckdb__begin_batches(rows_at_a_time) -%}
    {%- if execute and is_rebuilt(model.name) and _count_of_profile_dates() > rows_at_a_time -%}
    set variable first_in_batch = 1;
    set variable last_in_batch = {{ rows_at_a_time }}
    {%- endif -%}
{%- endmacro %}

{#
    Inserts the other batches, after the model's own statement has computed the first. For a post_hook.

    Returns SQL statements, or nothing.
#}
{% macro insert_other_batches() -%}
    {{ return(adapter.dispatch('insert_other_batches')()) }}
{%- endmacro %}

{% macro default__insert_other_batches() -%}
{%- endmacro %}

{% macro duckdb__insert_other_batches() -%}
    {%- set rows_at_a_time = (run_query("select getvariable('last_in_batch')").rows[0][0] or 0) | int if execute else 0 -%}
    {%- if rows_at_a_time -%}
    {%- for first in range(rows_at_a_time + 1, _count_of_profile_dates() + 1, rows_at_a_time) -%}
    set variable first_in_batch = {{ first }};
    set variable last_in_batch = {{ first + rows_at_a_time - 1 }};
    insert into {{ this }} by name (
        {{ model.compiled_code }}
    );
    {% endfor -%}
    reset variable first_in_batch;
    reset variable last_in_batch
    {%- endif -%}
{%- endmacro %}

{% macro _count_of_profile_dates() -%}
    {%- set counted = run_query('select count(*) from ' ~ existing_relation('int_profile_dates_this_run')) -%}
    {{ return(counted.rows[0][0] | int) }}
{%- endmacro %}
