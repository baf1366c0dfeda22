{#
    The segment schemes, in the order of reports. Each has a model `int_segments__<scheme>`, a column of
    that name in `profiles`, and rows in the seeds `segment_definitions` and `scheme_rules`.

    Returns a list of names.
#}
{% macro schemes() -%}
    {{ return(['funnel', 'funnel_deepest_30d', 'funnel_movement', 'shopping_style', 'rfm', 'engagement']) }}
{%- endmacro %}
