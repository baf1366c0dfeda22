{#
    Fails with a sentence for each source that leaves a required column of a canonical object empty. Required are the
    columns with a `not_null` constraint in the YAML of the model. Nulls in columns that a source passes on as they
    landed are found without reading a row, because landing keeps count of them.

    model: a `canonical_…` model, with the columns source_name and _load_id.
    loads_after: name of an incremental model with a column last_load_id: only the loads that it does not have yet are
        tested. Left out, all rows are.
#}
{% test required_columns(model, loads_after=none) %}

{{ config(meta={'shows_rows': true}) }}

{% set required = [] %}
{% for column in canonical_columns(model.identifier | replace('canonical_', '')).values() %}
    {% if column.constraints | selectattr('type', 'equalto', 'not_null') | list %}
        {% do required.append(column.name) %}
    {% endif %}
{% endfor %}

{% for column_name in required %}
select {{ dbt.concat([
    "'source '", 'source_name', "' has '", text('count(*)'), "' rows without " ~ column_name ~ "'"
]) }} as problem

from {{ model }}

where
    {{ column_name }} is null
    {% if loads_after %}
    and (_load_id is null or {{ only_new_loads(loads_after) }})
    {% endif %}

group by source_name

{% if not loop.last %}union all{% endif %}
{% endfor %}

{% endtest %}
