{#
    The level of an answer by the seed `attribute_taxonomy`.

    answer: SQL expression of the answer, as landed.
    level: SQL expression of its level, null where the seed does not list it.
    Returns a SQL expression of a text: the level, `other` for an answer that is not listed, or null where nothing was
    answered: it is missing, or its level is `unknown`.
#}
{% macro answered_level(answer, level) -%}
    case when {{ answer }} is not null then nullif(coalesce({{ level }}, 'other'), 'unknown') end
{%- endmacro %}
