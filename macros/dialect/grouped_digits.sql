{#
    A whole number below 10^30 as text, with a separator between groups of three digits.

    number: SQL expression of a whole number: an integer, or a decimal without a fraction.
    separator: the separator, one character.
    Returns a SQL expression of a text, null where the number is.
#}
{% macro grouped_digits(number, separator) -%}
    {{ return(adapter.dispatch('grouped_digits')(number, separator)) }}
{%- endmacro %}

{% macro default__grouped_digits(number, separator) -%}
    {%- set digits = 'cast(abs(' ~ number ~ ') as ' ~ dbt.type_string() ~ ')' -%}
    {%- set cases = [] -%}
    {%- for groups in range(1, 11) -%}
        {%- set pieces = ['left(' ~ digits ~ ', length(' ~ digits ~ ') - ' ~ 3 * (groups - 1) ~ ')'] -%}
        {%- for group in range(groups - 1, 0, -1) -%}
            {%- do pieces.append("'" ~ separator ~ "' || left(right(" ~ digits ~ ', ' ~ 3 * group ~ '), 3)') -%}
        {%- endfor -%}
        {%- do cases.append(
            ('when abs(' ~ number ~ ') < 1' ~ '000' * groups ~ ' then ' if groups < 10 else 'else ') ~ pieces | join(' || ')
        ) -%}
    {%- endfor -%}
    {{ return(
        'case when ' ~ number ~ ' is null then null else case when ' ~ number ~ " < 0 then '-' else '' end || case "
        ~ cases | join(' ') ~ ' end end'
    ) }}
{%- endmacro %}

{# DuckDB groups the digits itself: a short expression, in a view that has hundreds of them. #}
{% macro duckdb__grouped_digits(number, separator) -%}
    {{ return("format('{:" ~ ("," if separator == ',' else 't' ~ separator) ~ "}', cast(" ~ number ~ ' as hugeint))') }}
{%- endmacro %}
