{#
    The first anniversary of a day on or after a date. That of 29 February is 28 February in a common year.

    day: SQL expression of a date.
    from_date: SQL expression of a date.
    Returns a SQL expression of a date.
#}
{% macro next_anniversary(day, from_date) -%}
    case
        when {{ anniversary(day, from_date) }} >= {{ from_date }} then {{ anniversary(day, from_date) }}
        else {{ anniversary(day, from_date, 1) }}
    end
{%- endmacro %}

{# The anniversary in the year of a date, or so many years later. #}
{% macro anniversary(day, of_year, years_later=0) -%}
    cast({{ dbt.dateadd(
        'year', 'extract(year from ' ~ of_year ~ ') - extract(year from ' ~ day ~ ') + ' ~ years_later, day
    ) }} as date)
{%- endmacro %}
