{#
    The rows that a table gained or lost in this run. A changed row is in the result twice, as it was and as it is.
    Rows are counted: a row that occurs twice differs from one that occurs once.

    All columns are compared, so that a new column is never forgotten. A column that must not cause a recomputation
    is left out by name, with the reason why.

    model_name: name of a model with `pre_hook="{{ keep_before() }}"`.
    except: the columns to leave out, each with its reason.
    Returns a SQL query: no rows where everything is rebuilt, all rows where the table or its columns are new.
    Errors: a column without a reason, and a name that is not a column.
#}
{% macro changed_rows(model_name, except={}) -%}
    {%- set after = ref(model_name) -%}
    {%- for column, reason in except.items() if reason is not string or not reason.strip() -%}
        {{ exceptions.raise_compiler_error("changed_rows('" ~ model_name ~ "') leaves out " ~ column ~ ' without a reason') }}
    {%- endfor -%}
    {%- set columns = _column_names(after) if execute and model.resource_type != 'unit_test' else [] -%}
    {%- for column in except if columns and column not in columns -%}
        {{ exceptions.raise_compiler_error("changed_rows('" ~ model_name ~ "') leaves out " ~ column ~ ', which is not a column') }}
    {%- endfor -%}
    {%- if is_everything_rebuilt() -%}
    select * from {{ after }} where 1 = 0
    {%- elif columns | sort != _column_names(before(model_name)) | sort -%}
    select * from {{ after }}
    {%- else -%}
    {%- set compared = columns | reject('in', except) | join(', ') -%}
    (
        select {{ compared }} from {{ after }}
        except all
        select {{ compared }} from {{ before(model_name) }}
    )
    union all
    (
        select {{ compared }} from {{ before(model_name) }}
        except all
        select {{ compared }} from {{ after }}
    )
    {%- endif -%}
{%- endmacro %}

{# The names of a relation's columns; none where it does not exist. #}
{% macro _column_names(relation) -%}
    {{ return(adapter.get_columns_in_relation(relation) | map(attribute='name') | list) }}
{%- endmacro %}
