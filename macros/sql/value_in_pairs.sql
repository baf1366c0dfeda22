{#
    The value of a key in a text of pairs such as `name:Tea|quantity:2|total:15.00`.

    pairs: SQL expression of the text.
    key: the key, without characters that mean something in a regular expression.
    Returns a SQL expression of a text; null where the key is not there, or has no value.
#}
{% macro value_in_pairs(pairs, key) -%}
    nullif(regexp_extract({{ dbt.concat(["'|'", pairs]) }}, '[|]{{ key }}:([^|]*)', 1), '')
{%- endmacro %}
