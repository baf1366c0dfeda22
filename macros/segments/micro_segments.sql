{#
    The micro-segments of the seeds `micro_segments` and `micro_segment_rules`, by one query.

    Returns a list of dicts in the order of reports: name, ranks (list of SQL conditions on the columns of
    `profile_segments`) and features (list of SQL conditions on those of `profile_features`), all of them required. It is
    empty while dbt parses, or before the seeds are built.
#}
{% macro micro_segments() -%}
    {%- set seed = ref('micro_segment_rules') -%}
    {%- set query -%}
    with conditions as (
        select
            rules.micro_segment,
            rules.scheme,
            rules.feature,
            rules.at_least,
            rules.below,
            rules.is_value,
            {{ dbt.listagg(text('definitions.rank'), "', '", 'order by definitions.rank') }} as ranks
        from {{ seed }} as rules
        left join {{ ref('segment_definitions') }} as definitions
            on rules.scheme = definitions.scheme
            and {{ dbt.concat(["'|'", 'rules.is_value', "'|'"]) }}
            like {{ dbt.concat(["'%|'", 'definitions.segment', "'|%'"]) }}
        group by rules.micro_segment, rules.scheme, rules.feature, rules.at_least, rules.below, rules.is_value
    )
    select
        micro_segments.micro_segment,
        conditions.scheme,
        conditions.feature,
        conditions.at_least,
        conditions.below,
        conditions.is_value,
        conditions.ranks
    from {{ ref('micro_segments') }} as micro_segments
    inner join conditions
        on micro_segments.micro_segment = conditions.micro_segment
    order by micro_segments.position, conditions.scheme, conditions.feature
    {%- endset -%}
    {%- set found = [] -%}
    {%- for row in rows_of_seed(seed, query) -%}
        {%- if not found or found[-1].name != row['micro_segment'] -%}
            {%- do found.append({'name': row['micro_segment'], 'ranks': [], 'features': []}) -%}
        {%- endif -%}
        {%- if row['scheme'] -%}
            {%- do found[-1].ranks.append('profile_segments.' ~ row['scheme'] ~ ' in (' ~ (row['ranks'] or 'null') ~ ')') -%}
        {%- else -%}
            {%- for condition in rule_conditions(row) -%}
                {%- do found[-1].features.append('profile_features.' ~ condition) -%}
            {%- endfor -%}
        {%- endif -%}
    {%- endfor -%}
    {{ return(found) }}
{%- endmacro %}

{# The columns of `profile_features` that rules may use. #}
{% macro micro_segment_features() -%}
    {%- set names = [] -%}
    {%- if execute -%}
        {%- for column in graph.nodes['model.' ~ project_name ~ '.profile_features'].columns.values() if column.config.meta.get('unit') -%}
            {%- do names.append(column.name) -%}
        {%- endfor -%}
    {%- endif -%}
    {{ return(names) }}
{%- endmacro %}
