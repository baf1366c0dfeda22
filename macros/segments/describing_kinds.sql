{#
    The kinds of schemes, by the seed `scheme_definitions`, that describe who a customer is. Without consent to profiling
    (`may_be_profiled`) nobody has another segment of them than `unknown`.

    Returns a list of texts.
#}
{% macro describing_kinds() -%}
    {{ return(['demographic', 'geographic', 'psychographic']) }}
{%- endmacro %}
