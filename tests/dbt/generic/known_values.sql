{#
    Fails for each text of a feature that its column does not say it can have: no rule would fit it.

    model: `profile_features`.
#}
{% test known_values(model) %}

with

known as (

    {{ values_of_features() }}

),

given as (

    {% for feature in features_of_rules().values() if feature.config.meta.get('values') or feature.config.meta.get('values_of') %}
    select distinct
        '{{ feature.name }}' as feature,
        {{ text(feature.name) }} as text_value
    from {{ model }} as given_{{ loop.index }}
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
