{#
    Fails with a sentence for each two sources that use the same key: the rows of one would count as later versions of
    the other's.

    model: a `canonical_…` model, with the column source_name.
    column: name of the column that identifies what the rows are versions of.
#}
{% test key_of_one_source(model, column) %}

{{ config(meta={'shows_rows': true}) }}

with

shared as (

    select
        {{ column }},
        min(source_name) as first_source,
        max(source_name) as last_source

    from {{ model }}

    where {{ column }} is not null

    group by {{ column }}

    having min(source_name) <> max(source_name)

)

select {{ dbt.concat([
    "'sources '", 'first_source', "' and '", 'last_source', "' share '", text('count(*)'), "' values of " ~ column ~ "'"
]) }} as problem

from shared

group by first_source, last_source

{% endtest %}
