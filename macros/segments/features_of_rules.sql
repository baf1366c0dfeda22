{#
    The columns that rules may use: those of `profile_features`, `customer_scores` and
    `response_scores` with `config.meta.unit`.

    Returns a dict: name → the column, as dbt's graph describes it; empty while dbt parses.
#}
{% macro features_of_rules() -%}
    {%- set features = {} -%}
    {%- if execute -%}
        {%- for model_name in ['profile_features', 'customer_scores', 'response_scores'] -%}
            {%- for column in graph.nodes['model.' ~ project_name ~ '.' ~ model_name].columns.values() if column.config.meta.get('unit') -%}
                {%- do features.update({column.name: column}) -%}
            {%- endfor -%}
        {%- endfor -%}
    {%- endif -%}
    {{ return(features) }}
{%- endmacro %}

{#
    The texts that each feature can have, from `config.meta.values` and `config.meta.values_of` of its column.

    Returns a SQL query with the columns feature and text_value.
#}
{% macro values_of_features() -%}
    {%- set queries = ["select '' as feature, '' as text_value where 1 = 0"] -%}
    {%- for feature in features_of_rules().values() -%}
        {%- for value in feature.config.meta.get('values', []) -%}
            {%- do queries.append("select '" ~ feature.name ~ "', '" ~ value ~ "'") -%}
        {%- endfor -%}
        {%- set of = feature.config.meta.get('values_of') -%}
        {%- if of -%}
            {%- do queries.append(
                "select distinct '" ~ feature.name ~ "', " ~ of.column ~ ' from ' ~ existing_relation(of.seed)
                ~ ' where ' ~ of.get('where', '1 = 1')
            ) -%}
        {%- endif -%}
    {%- endfor -%}
    {{ queries | join('\n    union\n    ') }}
{%- endmacro %}
