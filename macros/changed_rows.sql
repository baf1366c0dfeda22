{#
    The rows that a table gained or lost in this refresh; a row that changed is there as it was and as it is.

    model_name: name of a model with `pre_hook="{{ keep_before() }}"`; the caller refers to it, too.
    columns: list of the columns that matter.
    Returns a SQL query.
#}
{% macro changed_rows(model_name, columns) -%}
    {%- set columns = columns | join(', ') -%}
    (
        select {{ columns }} from {{ ref(model_name) }}
        except
        select {{ columns }} from {{ before(model_name) }}
    )
    union all
    (
        select {{ columns }} from {{ before(model_name) }}
        except
        select {{ columns }} from {{ ref(model_name) }}
    )
{%- endmacro %}
