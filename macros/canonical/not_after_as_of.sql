{#
    Whether a row was there as of `as_of`: none of its instants is later. An instant that is missing is not later.

    instants: list of columns with an instant in UTC, null where the row has none.
    Returns a SQL condition.
#}
{% macro not_after_as_of(instants) -%}
    {%- if var('as_of') -%}
        {#- as a constant, so that the engine can leave out later rows without reading them -#}
        {%- set as_of = "cast('" ~ var('as_of') ~ "' as " ~ dbt.type_timestamp() ~ ')' -%}
    {%- else -%}
        {%- set as_of = '(select as_of from ' ~ ref('int_as_of') ~ ')' -%}
    {%- endif -%}
    {%- for instant in instants -%}
    ({{ instant }} is null or {{ instant }} <= {{ as_of }})
        {%- if not loop.last %}
    and {% endif -%}
    {%- endfor -%}
{%- endmacro %}
