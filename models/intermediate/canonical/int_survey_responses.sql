{{ config(pre_hook="{{ keep_before() }}") }}

with

responses as (

    select * from {{ ref('canonical_survey_responses') }}

),

answers as (

    select * from {{ ref('survey_answers') }}

),

interests as (

    select * from {{ ref('interest_taxonomy') }}

),

latest as (

    {{ latest_version('responses', key=['response_id']) }}

),

coded as (

    select
        ---------- ids
        latest.response_id,
        {{ profile_key('latest.customer_id', 'cast(null as ' ~ dbt.type_string() ~ ')') }} as profile_id,

        ---------- what
        latest.survey,
        latest.score,
        -- an answer that is not listed is an answer, too
        case
            when latest.survey = 'interest' then coalesce(interests.interest, 'other')
            when latest.survey in ('motive', 'benefit', 'attitude') then coalesce(answers.answer_code, 'other')
        end as answer_code,
        row_number() over (
            partition by latest.customer_id, latest.survey
            order by latest.answered_at, latest.response_id
        ) as nth_answer,

        ---------- when
        cast({{ in_business_timezone('latest.answered_at') }} as date) as answered_date

    from latest

    left join answers
        on latest.survey = answers.survey and lower(latest.answer) = answers.answer

    left join interests
        on {{ interest_name('latest.answer') }} = interests.name

)

select * from coded
