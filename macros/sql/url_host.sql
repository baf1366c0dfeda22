{#
    The host of a web address: the part between `//` and the next `/`.

    url: SQL expression of an absolute address.
    Returns a SQL expression of a text; empty or null, as the engine has it, where the address has no `//`.
#}
{% macro url_host(url) -%}
    {{ dbt.split_part(dbt.split_part(url, "'//'", 2), "'/'", 1) }}
{%- endmacro %}
