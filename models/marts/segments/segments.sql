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
        colour

    from {{ ref('segment_definitions') }}

)

select * from segments
