{#
    Fails for each text of a feature that its column does not say it can have: no rule would fit it.

    model: `profile_features`.
#}
{% test known_values(model) %}

{% set features = [] %}
{% for feature in features_of_rules().values() if feature.config.meta.get('values') or feature.config.meta.get('values_of') %}
{% do features.append(feature.name) %}
{% endfor %}

with

known as (

    {{ values_of_features() }}

),

-- read once: the model may be a subquery
texts as (

    select {{ features | join(', ') or "'' as no_feature" }} from {{ model }} as tested

),

given as (

    {% for feature in features %}
    select distinct
        '{{ feature }}' as feature,
        {{ text(feature) }} as text_value
    from texts
    union
    {% endfor %}
    select
        '' as feature,
        '' as text_value
    where 1 = 0

)

select given.*

from given

left join known
    on given.feature = known.feature and given.text_value = known.text_value

where given.text_value is not null and known.feature is null

{% endtest %}
