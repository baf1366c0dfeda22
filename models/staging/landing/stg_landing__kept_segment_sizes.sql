with

source as (

    select * from {{ source('landing', 'kept_segment_sizes') }}

),

renamed as (

    select
        ---------- ids
        scheme,
        segment,
        as_of_date,

        ---------- labels
        label_en,
        label_nl,
        rank,

        ---------- size and value
        profile_count,
        share,
        share_of_applicable,
        net_revenue,
        margin

    from source

)

select * from renamed
