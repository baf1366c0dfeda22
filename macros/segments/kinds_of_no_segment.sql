{#
    The segments that say why a scheme has no other for a profile: `unknown` (the data do not show it), `inactive` (nothing in
    the window), `not_a_customer` and `no_consent` (to profiling). Each scheme has `unknown`, and the others where its rules
    give them.

    Returns a list of names.
#}
{% macro kinds_of_no_segment() -%}
    {{ return(['unknown', 'inactive', 'not_a_customer', 'no_consent']) }}
{%- endmacro %}
