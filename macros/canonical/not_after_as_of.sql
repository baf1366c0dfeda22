{#
    Whether a row was there as of the var `as_of`: none of its instants is later. An instant that is missing is not
    later. Where the var is not set, all that landed is there: a clock that is ahead, or a report that is later than the
    last order, makes nothing disappear.

    instants: list of columns with an instant in UTC, null where the row has none.
    Returns a SQL condition.
#}
{% macro not_after_as_of(instants) -%}
    {%- if not var('as_of') -%}
    1 = 1
    {%- else -%}
        {#- a constant, so that the engine can leave out later rows without reading them -#}
        {%- set as_of = "cast('" ~ var('as_of') ~ "' as " ~ dbt.type_timestamp() ~ ')' -%}
        {%- for instant in instants -%}
    ({{ instant }} is null or {{ instant }} <= {{ as_of }})
            {%- if not loop.last %}
    and {% endif -%}
        {%- endfor -%}
    {%- endif -%}
{%- endmacro %}
