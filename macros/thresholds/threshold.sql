{#
    The value of a threshold of the seed `thresholds`. The test `thresholds_match_models` fails before any model is
    built if the seed does not have it, and names the model.

    topic, name: the row's `topic` and `threshold`, as literal texts: the test and `orchestration/building/code_versions.py`
        find the call in the model's code.
    Returns a SQL scalar subquery, a decimal that works in any expression.
#}
{% macro threshold(topic, name) -%}
    (select value from {{ ref('thresholds') }} where topic = '{{ topic }}' and threshold = '{{ name }}')
{%- endmacro %}

{#
    The calls of `threshold` in the code of the project's models.

    Returns a list of dicts: model, topic, name; empty while dbt parses.
#}
{% macro thresholds_read() -%}
    {%- set found = [] -%}
    {%- if execute -%}
        {%- for node in graph.nodes.values() if node.resource_type == 'model' -%}
            {%- for topic, name in modules.re.findall("threshold\\(\\s*'([^']*)',\\s*'([^']*)'", node.raw_code) -%}
                {%- do found.append({'model': node.name, 'topic': topic, 'name': name}) -%}
            {%- endfor -%}
        {%- endfor -%}
    {%- endif -%}
    {{ return(found) }}
{%- endmacro %}
