{{ portable_mart_view() }}

-- A spell is a run of consecutive dates at which a profile was in one segment.
with

profile_segments as (

    select * from {{ ref('profile_segments').include(database=false) }}

),

segments as (

    select * from {{ ref('segments').include(database=false) }}

),

dates as (

    {% for scheme in schemes() %}
    select
        profile_id,
        '{{ scheme }}' as scheme,
        as_of_date,
        {{ scheme }} as rank,
        lag({{ scheme }}) over (partition by profile_id order by as_of_date) as previous_rank
    from profile_segments
    {% if not loop.last %}union all{% endif %}
    {% endfor %}

),

spells as (

    select
        profile_id,
        scheme,
        rank,
        as_of_date as valid_from,
        lead(as_of_date) over (partition by profile_id, scheme order by as_of_date) as valid_to

    from dates

    where previous_rank is null or previous_rank != rank

)

select
    spells.profile_id,
    spells.scheme,
    segments.segment,
    segments.label_en,
    segments.label_nl,
    spells.valid_from,
    spells.valid_to,
    spells.valid_to is null as is_current

from spells

inner join segments
    on spells.scheme = segments.scheme and spells.rank = segments.rank
