{#
    Whole years from one date to another, as in a person's age.

    earlier, later: SQL expressions of dates.
    Returns a SQL expression of an integer.
#}
{% macro full_years(earlier, later) -%}
    cast(
        extract(year from {{ later }}) - extract(year from {{ earlier }})
        - case
            when
                extract(month from {{ later }}) * 100 + extract(day from {{ later }})
                < extract(month from {{ earlier }}) * 100 + extract(day from {{ earlier }})
                then 1
            else 0
        end
        as integer
    )
{%- endmacro %}
