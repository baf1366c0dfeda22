{#
    Fails with a sentence for each threshold that a model reads and the seed lacks, which would be null in every
    comparison, and for each row that no model reads, which would change nothing.

    model: the seed `thresholds`.
    joined_topics: topics whose thresholds a model joins by name instead of reading each with `threshold`, and those that
    landing reads.
#}
{% test thresholds_match_models(model, joined_topics=['data_quality', 'landing']) %}

with

thresholds as (

    select * from {{ model }}

),

calls as (

    {% for call in thresholds_read() %}
    select
        '{{ call.model }}' as model_name,
        '{{ call.topic }}' as topic,
        '{{ call.name }}' as threshold
    union all
    {% endfor %}
    select
        cast(null as {{ dbt.type_string() }}) as model_name,
        cast(null as {{ dbt.type_string() }}) as topic,
        cast(null as {{ dbt.type_string() }}) as threshold
    where 1 = 0

)

select {{ dbt.concat([
    "'the seed thresholds has no '", 'calls.topic', "' '", 'calls.threshold', "', which '", 'calls.model_name', "' reads'"
]) }} as problem
from calls
left join thresholds
    on calls.topic = thresholds.topic and calls.threshold = thresholds.threshold
where thresholds.threshold is null

union all

select {{ dbt.concat([
    "'no model reads the threshold '", 'thresholds.topic', "' '", 'thresholds.threshold', "' of the seed thresholds'"
]) }} as problem
from thresholds
left join calls
    on thresholds.topic = calls.topic and thresholds.threshold = calls.threshold
where calls.threshold is null and thresholds.topic not in ('{{ joined_topics | join("', '") }}')

{% endtest %}
