{#
    Whether a host is another site than the one that was visited. A part of a site has a host below it, such as
    checkout.shop.example.

    host: SQL expression of the host, as `bare_host` has it.
    visited_host: SQL expression of the host that was visited; null where it is not known.
    Returns a SQL expression of a boolean, never null: false where there is no host.
#}
{% macro is_other_site(host, visited_host) -%}
    coalesce(
        not (
            {{ host }} = {{ visited_host }}
            or {{ host }} like {{ dbt.concat(["'%.'", visited_host]) }}
            or {{ visited_host }} like {{ dbt.concat(["'%.'", host]) }}
        ),
        {{ host }} is not null
    )
{%- endmacro %}
