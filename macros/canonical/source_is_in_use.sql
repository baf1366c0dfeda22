{#
    Whether something of a source landed. A refresh says so in KLANTBEELD_SOURCES; without it, as in `dbt test` alone, every
    source is in use.

    source_name: name of a source.
    Returns true or false.
#}
{% macro source_is_in_use(source_name) -%}
    {{ return(source_name in env_var('KLANTBEELD_SOURCES', source_name).split(',')) }}
{%- endmacro %}
