{#
    A text key made of several columns: the md5 of their values with a separator between them.
    A missing value and an empty one give different keys.

    columns: list of SQL expressions, castable to text.
    Returns a SQL expression: 32 hexadecimal digits, never null.
#}
{% macro row_key(columns) -%}
    {%- set parts = [] -%}
    {%- for column in columns -%}
        {%- do parts.append("coalesce(cast(" ~ column ~ " as " ~ dbt.type_string() ~ "), '_null_')") -%}
        {%- if not loop.last -%}{%- do parts.append("'|'") -%}{%- endif -%}
    {%- endfor -%}
    {{ dbt.hash(dbt.concat(parts)) }}
{%- endmacro %}
