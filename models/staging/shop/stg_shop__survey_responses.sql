with

source as (

    select * from {{ source('shop', 'survey_responses') }}

),

renamed as (

    select
        ---------- ids
        response_id,
        customer_id,

        ---------- what
        lower(survey) as survey,
        question,
        answer,
        score,

        ---------- when
        answered_at,

        ---------- landing
        is_deleted,
        _load_id

    from source

)

select * from renamed
