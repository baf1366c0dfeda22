{#
    Fails for each scheme that is no column in the contract of `profiles`, with the line to add.

    model: the seed `scheme_definitions`.
#}
{% test schemes_in_contract(model) %}

{% set columns = graph.nodes['model.' ~ project_name ~ '.profiles'].columns.keys() if execute else [] %}

select {{ dbt.concat([
    "'scheme '", 'scheme', "' is no column of profiles; add to models/marts/customers/_customers__models.yml: '",
    "'- {name: '", 'scheme', "', data_type: varchar, description: \"'", "replace(description_en, '\"', '')",
    "'.\", constraints: [{type: not_null}]}'"
]) }} as problem

from {{ model }}

where scheme not in ('{{ columns | join("', '") }}')

{% endtest %}
