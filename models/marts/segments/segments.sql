with

segments as (

    select
        ---------- ids
        scheme,
        segment,

        ---------- what
        label_en,
        label_nl,
        description_en,
        description_nl,
        cast(rank as integer) as rank,
        colour,
        segment not in ('{{ kinds_of_no_segment() | join("', '") }}') as is_applicable

    from {{ ref('segment_definitions') }}

)

select * from segments
