{{ config(materialized='view') }}

with

responses as (

    select * from {{ ref('int_survey_responses') }}

),

profile_dates as (

    select * from {{ ref('int_profile_dates_this_run') }}

    where {{ is_in_batch() }}

),

-- the latest answer of two years counts
answered as (

    select
        profile_dates.profile_date_number,
        responses.survey,
        max_by(responses.score, responses.nth_answer) as score,
        max_by(responses.answer_code, responses.nth_answer) as answer_code

    from responses

    inner join profile_dates
        on
            responses.profile_id = profile_dates.profile_id
            and responses.answered_date <= profile_dates.as_of_date
            and responses.answered_date > {{ dbt.dateadd('day', -730, 'profile_dates.as_of_date') }}

    group by profile_dates.profile_date_number, responses.survey

)

select
    profile_date_number,
    max(case when survey = 'nps' then score end) as nps_score_730d,
    max(case when survey = 'csat' then score end) as csat_score_730d,
    max(case when survey = 'motive' then answer_code end) as motive_answer_730d,
    max(case when survey = 'benefit' then answer_code end) as benefit_answer_730d,
    max(case when survey = 'interest' then answer_code end) as interest_answer_730d,
    max(case when survey = 'attitude' then answer_code end) as attitude_answer_730d

from answered

group by profile_date_number
