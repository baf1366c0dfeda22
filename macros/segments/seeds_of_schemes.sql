{#
    The seeds that decide each scheme, apart from its own rules: those behind the models that its features come from, as
    `config.meta.models` of its column says, and those that `config.meta.seeds` names. A seed that decides some schemes
    only says so in its `config.meta.decides_schemes`.

    Returns a dict: scheme → list of names of seeds; none before the first run.
#}
{% macro seeds_of_schemes() -%}
    {%- set found = {} -%}
    {%- if seed_stands('segment_rules') -%}
        {%- set features = features_of_rules() -%}
        {%- set seeds_of_models = {} -%}
        {%- for row in run_query('select distinct scheme, feature from ' ~ existing_relation('segment_rules') ~ ' order by all').rows -%}
            {%- set seeds = found.setdefault(row['scheme'], []) -%}
            {%- set meta = features[row['feature']].config.meta -%}
            {%- for seed in meta.get('seeds', []) if seed not in seeds -%}
                {%- do seeds.append(seed) -%}
            {%- endfor -%}
            {%- for model_name in meta.models -%}
                {%- if model_name not in seeds_of_models -%}
                    {%- do seeds_of_models.update({model_name: seeds_behind('model.' ~ project_name ~ '.' ~ model_name)}) -%}
                {%- endif -%}
                {%- for seed in seeds_of_models[model_name] if seed.name not in seeds -%}
                    {%- if row['scheme'] in seed.config.meta.get('decides_schemes', [row['scheme']]) -%}
                        {%- do seeds.append(seed.name) -%}
                    {%- endif -%}
                {%- endfor -%}
            {%- endfor -%}
        {%- endfor -%}
    {%- endif -%}
    {{ return(found) }}
{%- endmacro %}

{#
    The seeds that a node stands on, as dbt's graph describes them. What only decides who is made anew decides no
    segment.

    unique_id: of the node.
    Returns a list of seeds.
#}
{% macro seeds_behind(unique_id) -%}
    {%- set seeds = [] -%}
    {%- set seen = [unique_id] -%}
    {%- for node_id in seen -%}
        {%- set node = graph.nodes.get(node_id) -%}
        {%- if node and node.resource_type == 'seed' -%}
            {%- do seeds.append(node) -%}
        {%- elif node -%}
            {%- for parent in node.depends_on.nodes if parent not in seen and not graph.nodes.get(parent, {}).get('config', {}).get('meta', {}).get('decides_no_segment') -%}
                {%- do seen.append(parent) -%}
            {%- endfor -%}
        {%- endif -%}
    {%- endfor -%}
    {{ return(seeds) }}
{%- endmacro %}
