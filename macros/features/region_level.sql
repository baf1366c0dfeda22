{#
    Joins a place to its row in the seed `regions`. A region without a country is one of the home market's.

    country, region: SQL expressions, as landed.
    regions: alias of the seed.
    Returns a SQL condition.
#}
{% macro is_region(country, region, regions) -%}
    lower({{ region }}) = {{ regions }}.region
    and ({{ country }} is null or lower({{ country }}) = {{ regions }}.country)
{%- endmacro %}

{#
    The level of a place's region.

    country: SQL expression, as landed.
    level: SQL expression of its level in the seed `regions`, null where the region is not listed.
    home_country: SQL expression that is null where the seed has no region of the country.
    Returns a SQL expression of a text: the level, `abroad`, or null where the region is not known. A country that is no code
    of two letters may be any spelling of the own one.
#}
{% macro region_level(country, level, home_country) -%}
    case
        when {{ level }} is not null then {{ level }}
        when length({{ country }}) = 2 and {{ home_country }} is null then 'abroad'
    end
{%- endmacro %}
