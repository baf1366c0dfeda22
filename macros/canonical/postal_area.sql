{#
    The first part of a postal code: the area of some thousands of people, by which places are known, without the part that
    identifies a street or a few houses. The Netherlands: the four digits. Great Britain: the outward code. Canada and
    Ireland: the first three characters. Elsewhere: at most the first five.

    country: SQL expression of the country, best as its ISO 3166 code; without one the first four characters are kept.
    postal_code: SQL expression of the whole code.
    Returns a SQL expression of a text in upper case without blanks, null where the code is.
#}
{% macro postal_area(country, postal_code) -%}
    {%- set code = "upper(replace(" ~ postal_code ~ ", ' ', ''))" -%}
    case lower({{ country }})
        when 'nl' then substring({{ code }}, 1, 4)
        when 'gb' then substring({{ code }}, 1, greatest(length({{ code }}) - 3, 1))
        when 'uk' then substring({{ code }}, 1, greatest(length({{ code }}) - 3, 1))
        when 'ca' then substring({{ code }}, 1, 3)
        when 'ie' then substring({{ code }}, 1, 3)
        else substring({{ code }}, 1, case when {{ country }} is null then 4 else 5 end)
    end
{%- endmacro %}
