with

source as (

    select * from {{ source('landing', 'kept_segment_transitions') }}

),

renamed as (

    select
        ---------- ids
        scheme,
        from_segment,
        to_segment,
        as_of_date,

        ---------- what
        move_kind,

        ---------- size and value
        profile_count,
        net_revenue

    from source

)

select * from renamed
