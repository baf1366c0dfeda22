{#
    The windows of the features that are made of sessions, in days: a session counts in one while it is fewer days ago.
    A feature with another window is added here, or it would not change on the day on which a session leaves its window.

    Returns a list of integers.
#}
{% macro session_windows() -%}
    {{ return([30, 60, 90, 365]) }}
{%- endmacro %}
