{#
    Fails for each band that does not begin where the one before it ends, and for a first or last band that
    does not begin or end where the range does: so that every value is in exactly one band.

    group_by: list of columns; each group has bands of its own. Empty where all rows are one group.
    min_column, max_column: where a band begins (inclusive) and ends (exclusive).
    from_value, to_value: the range that each group's bands cover; without `to_value` the last band has no end.
#}
{% test bands_cover(model, group_by, min_column, max_column, from_value, to_value=none) %}

{% set partition = 'partition by ' ~ group_by | join(', ') if group_by else '' %}

with

bands as (

    select
        {% if group_by %}{{ group_by | join(', ') }},{% endif %}
        {{ min_column }} as band_begins,
        {{ max_column }} as band_ends,
        lag({{ max_column }}) over ({{ partition }} order by {{ min_column }}) as previous_ends,
        lead({{ min_column }}) over ({{ partition }} order by {{ min_column }}) as next_begins

    from {{ model }}

)

select *

from bands

where
    band_begins >= band_ends
    or band_begins <> coalesce(previous_ends, {{ from_value }})
    {%- if to_value is none %}
    or (band_ends is null and next_begins is not null)
    or (band_ends is not null and (next_begins is null or band_ends <> next_begins))
    {%- else %}
    or band_ends <> coalesce(next_begins, {{ to_value }})
    {%- endif %}

{% endtest %}
