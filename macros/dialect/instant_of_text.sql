{#
    The instant of a text such as 2026-03-02T10:15:00+01:00, as APIs write it within JSON. A text without Z or an offset is
    in UTC.

    instant_text: SQL expression of a text.
    Returns a SQL expression of a timestamp without time zone, in UTC; null for another text.
#}
{% macro instant_of_text(instant_text) -%}
    {{ return(adapter.dispatch('instant_of_text')(instant_text)) }}
{%- endmacro %}

{% macro duckdb__instant_of_text(instant_text) -%}
    case
        {# a name of a time zone would stay set for the rows after it: offsets and Z do not -#}
        when regexp_full_match({{ instant_text }}, '.*:\d\d(\.\d+)?(Z|[+-]\d\d(:\d\d)?)')
            then timezone('UTC', try_cast({{ instant_text }} as timestamptz))
        else try_cast({{ instant_text }} as timestamp)
    end
{%- endmacro %}
