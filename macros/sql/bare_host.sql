{#
    The host of a web address, in lower case, without a port and `www.`.

    url: SQL expression of an absolute address.
    Returns a SQL expression of a text; null where there is no host.
#}
{% macro bare_host(url) -%}
    nullif(
        case
            when lower({{ url_host(url) }}) like 'www.%' then substring({{ host_without_port(url) }}, 5)
            else {{ host_without_port(url) }}
        end,
        ''
    )
{%- endmacro %}

{% macro host_without_port(url) -%}
    {{ dbt.split_part('lower(' ~ url_host(url) ~ ')', "':'", 1) }}
{%- endmacro %}
