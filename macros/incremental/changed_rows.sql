{#
    The rows that a table gained or lost in this refresh; a row that changed is there as it was and
    as it is, and one that stands twice is told from one that stands once.

    model_name: name of a model with `pre_hook="{{ keep_before() }}"`; the caller refers to it, too.
    columns: list of the columns that matter.
    Returns a SQL query.
#}
{% macro changed_rows(model_name, columns) -%}
    {%- set columns = columns | join(', ') -%}
    (
        select {{ columns }} from {{ ref(model_name) }}
        except all
        select {{ columns }} from {{ before(model_name) }}
    )
    union all
    (
        select {{ columns }} from {{ before(model_name) }}
        except all
        select {{ columns }} from {{ ref(model_name) }}
    )
{%- endmacro %}
