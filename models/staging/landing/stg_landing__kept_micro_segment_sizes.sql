with

source as (

    select * from {{ source('landing', 'kept_micro_segment_sizes') }}

),

renamed as (

    select
        ---------- ids
        micro_segment,
        as_of_date,

        ---------- labels
        label_en,
        label_nl,
        description_en,
        description_nl,
        position,

        ---------- size and value
        profile_count,
        share,
        net_revenue,
        margin,
        net_revenue_per_profile

    from source

)

select * from renamed
