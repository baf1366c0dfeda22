{#
    Fails with a sentence for each column that rows of a seed leave empty, and for each key that several rows have. One
    test looks at all columns of a seed, since each test costs a refresh as much as loading the seed.

    model: a seed, whose columns are in its YAML.
    keys: list of its keys: the name of a column, or a list of names that together are a key.
    optional: list of the columns that may be empty; all others must have a value.
#}
{% test complete_and_unique(model, keys, optional=[]) %}

{{ config(meta={'shows_rows': true}) }}

{% set seeds = graph.get('nodes', {}).values() | selectattr('resource_type', 'equalto', 'seed') %}
{% for seed in seeds if seed.alias == model.identifier %}
{% for column_name in seed.columns if column_name not in optional %}
select {{ dbt.concat(["'rows without " ~ column_name ~ ": '", text('count(*)')]) }} as problem

from {{ model }}

where {{ column_name }} is null

having count(*) > 0

union all
{% endfor %}
{% endfor %}

{% for key in keys %}
{% set columns = [key] if key is string else key %}
{% set texts = [] %}
{% for column_name in columns %}
{% do texts.append("'" ~ (', ' if loop.index0 else 'rows with ') ~ column_name ~ " '") %}
{% do texts.append('coalesce(' ~ text(column_name) ~ ", 'empty')") %}
{% endfor %}
select {{ dbt.concat(texts + ["': '", text('count(*)')]) }} as problem

from {{ model }}

group by {{ columns | join(', ') }}

having count(*) > 1

{% if not loop.last %}union all{% endif %}
{% endfor %}

{% endtest %}
