{#
    The kinds of schemes, by the seed `scheme_definitions`, that describe who a customer is. A customer without
    consent to profiling is in their segment `no_consent`, as the test `rules_partition` checks.

    Returns a list of texts.
#}
{% macro describing_kinds() -%}
    {{ return(['demographic', 'geographic', 'psychographic']) }}
{%- endmacro %}
