{#
    Fails for each segment that `segment_definitions` does not know.

    scheme_column, segment_column: names of the columns with scheme and segment.
#}
{% test defined_segment(model, scheme_column, segment_column) %}

select distinct
    given.{{ scheme_column }},
    given.{{ segment_column }}

from {{ model }} as given

left join {{ ref('segment_definitions') }} as definitions
    on
        given.{{ scheme_column }} = definitions.scheme
        and given.{{ segment_column }} = definitions.segment

where definitions.segment is null

{% endtest %}
