{#
    The seeds that the features of the rules depend on, as dbt's graph has them. Those in `seeds/segments/` are about the
    schemes themselves.

    Returns a sorted list of names; empty while dbt parses.
#}
{% macro seeds_behind_features() -%}
    {%- set seeds = [] -%}
    {%- set reached = [] -%}
    {%- for name in ['profile_features', 'customer_scores', 'response_scores'] -%}
        {%- do reached.append('model.' ~ project_name ~ '.' ~ name) -%}
    {%- endfor -%}
    {%- for unique_id in reached if execute and unique_id in graph.nodes -%}
        {%- set node = graph.nodes[unique_id] -%}
        {%- if node.resource_type == 'seed' and 'segments' not in node.fqn -%}
            {%- do seeds.append(node.name) -%}
        {%- endif -%}
        {#- the loop goes on with what is appended -#}
        {%- for parent in node.depends_on.nodes if parent not in reached -%}
            {%- do reached.append(parent) -%}
        {%- endfor -%}
    {%- endfor -%}
    {{ return(seeds | sort) }}
{%- endmacro %}
