{#
    The date that a rule of the seeds `occasions` and `sale_periods` gives in a year:

    fixed: `day` of `month`.
    fixed_or_day_before: `day` of `month`, or the day before where that is the weekday `weekday`.
    nth_weekday: the `nth` weekday `weekday` of `month`.
    a name in the seed `movable_days`, such as easter: that day.

    `weekday` is 1 (Monday) to 7 (Sunday), and `offset_days` are added to each.

    calendar_year: SQL expression of an integer.
    columns: prefix of the names of the rule's columns, for example 'sale_periods.first_'.
    movable_date: SQL expression of the date in `movable_days` of the day that the rule names; null where it names none.
    Returns a SQL expression of a date; null for any other rule, and for one that lacks a value.
#}
{% macro calendar_date(calendar_year, columns, movable_date) -%}
    {%- set month = columns ~ 'month' -%}
    {%- set day = columns ~ 'day' -%}
    {%- set fixed = 'make_date(' ~ calendar_year ~ ', ' ~ month ~ ', ' ~ day ~ ')' -%}
    {%- set first_of_month = 'make_date(' ~ calendar_year ~ ', ' ~ month ~ ', 1)' -%}
    {%- set start -%}
        case {{ columns }}rule
            when 'fixed' then {{ fixed }}
            when 'fixed_or_day_before' then {{ fixed }}
            when 'nth_weekday' then {{ first_of_month }}
            else {{ movable_date }}
        end
    {%- endset -%}
    {%- set days -%}
        case {{ columns }}rule
            when 'fixed_or_day_before' then case when {{ iso_weekday(fixed) }} = {{ columns }}weekday then -1 else 0 end
            when 'nth_weekday'
                then
                    mod({{ columns }}weekday - {{ iso_weekday(first_of_month) }} + 7, 7)
                    + 7 * ({{ columns }}nth - 1)
            else 0
        end
        + {{ columns }}offset_days
    {%- endset -%}
    cast({{ dbt.dateadd('day', days, '(' ~ start ~ ')') }} as date)
{%- endmacro %}
