{#
    An audience: the profiles that a predicate holds for. It is all that a file in `models/marts/audiences/` needs,
    beside its labels and description in `config(meta={…})`; the file's name is the audience's.

    predicate: SQL condition on the columns of `profiles`.
    Returns a SQL query: one row per member, with profile_id and customer_id.
#}
{% macro audience(predicate) -%}
select
    profile_id,
    customer_id

from {{ ref('profiles') }}

where {{ predicate }}
{%- endmacro %}

{#
    The audiences: the names of the files in `models/marts/audiences/`. Jinja can't list a folder, and a model must name
    what it reads before it runs, so whoever starts dbt tells them in KLANTBEELD_AUDIENCES (`make dbt` and a refresh do).

    Returns a list of names. Raises an error that names the audiences that were not told.
#}
{% macro audiences() -%}
    {%- set told = env_var('KLANTBEELD_AUDIENCES', '').split() -%}
    {%- if execute -%}
        {%- for node in graph.nodes.values() if node.resource_type == 'model' and 'audiences' in node.fqn and node.name not in told -%}
            {{ exceptions.raise_compiler_error(
                'the audience ' ~ node.name ~ ' is not in KLANTBEELD_AUDIENCES; run dbt by `make dbt`, which sets it'
            ) }}
        {%- endfor -%}
    {%- endif -%}
    {{ return(told) }}
{%- endmacro %}
