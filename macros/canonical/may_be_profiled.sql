{#
    Whether a customer may be described: by the var `profiling_basis`, those who consented to profiling, or all. A customer
    whose consents are not known has not consented.

    consents: SQL expression of the comma-separated consents.
    Returns a SQL expression of a boolean, never null.
#}
{% macro may_be_profiled(consents) -%}
    {%- if var('profiling_basis') == 'consent' -%}
    coalesce({{ dbt.concat(["','", "replace(lower(" ~ consents ~ "), ' ', '')", "','"]) }} like '%,profiling,%', false)
    {%- else -%}
    true
    {%- endif -%}
{%- endmacro %}
