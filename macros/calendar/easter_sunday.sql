{#
    Easter Sunday in the Gregorian calendar: the first Sunday after the full moon that the church reckons with, on or
    after 21 March. The algorithm is the anonymous one of Nature, 20 April 1876, page 487, as in Butcher's
    Ecclesiastical Calendar and Meeus, Astronomical Algorithms, chapter 8; the letters are theirs.

    year: SQL expression of an integer.
    Returns a SQL expression of a date.
#}
{% macro easter_sunday(year) -%}
    {%- set a = 'mod(' ~ year ~ ', 19)' -%}
    {%- set b = whole_times(100, year) -%}
    {%- set c = 'mod(' ~ year ~ ', 100)' -%}
    {%- set d = whole_times(4, b) -%}
    {%- set e = 'mod(' ~ b ~ ', 4)' -%}
    {%- set f = whole_times(25, b ~ ' + 8') -%}
    {%- set g = whole_times(3, b ~ ' - ' ~ f ~ ' + 1') -%}
    {%- set h = 'mod(19 * ' ~ a ~ ' + ' ~ b ~ ' - ' ~ d ~ ' - ' ~ g ~ ' + 15, 30)' -%}
    {%- set i = whole_times(4, c) -%}
    {%- set k = 'mod(' ~ c ~ ', 4)' -%}
    {%- set l = 'mod(32 + 2 * ' ~ e ~ ' + 2 * ' ~ i ~ ' - ' ~ h ~ ' - ' ~ k ~ ', 7)' -%}
    {%- set m = whole_times(451, a ~ ' + 11 * ' ~ h ~ ' + 22 * ' ~ l) -%}
    {#- their month is (h + l - 7m + 114) / 31 and their day the remainder and 1: March has 31 days, so counted on from
        its first day the two are one sum -#}
    cast({{ dbt.dateadd('day', h ~ ' + ' ~ l ~ ' - 7 * ' ~ m ~ ' + 21', 'make_date(' ~ year ~ ', 3, 1)') }} as date)
{%- endmacro %}

{# How many whole times a number goes into another that is not negative. #}
{% macro whole_times(divisor, number) -%}
    cast(floor(({{ number }}) / {{ divisor }}.0) as integer)
{%- endmacro %}
