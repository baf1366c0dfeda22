{{ config(pre_hook="{{ keep_before() }}") }}

with

responses as (

    select * from {{ ref('stg_shop__survey_responses') }}

),

as_of as (

    select * from {{ ref('int_as_of') }}

),

answers as (

    select * from {{ ref('survey_answers') }}

),

interests as (

    select * from {{ ref('interest_taxonomy') }}

),

numbered as (

    select
        *,
        row_number() over (
            partition by response_id
            order by _load_id desc, answered_at desc, customer_id desc, survey desc, answer desc, score desc
        ) as nth_latest

    from responses

    where answered_at <= (select as_of.as_of from as_of)

),

coded as (

    select
        ---------- ids
        numbered.response_id,
        {{ profile_key('numbered.customer_id', 'cast(null as ' ~ dbt.type_string() ~ ')') }} as profile_id,

        ---------- what
        numbered.survey,
        numbered.score,
        -- what nobody listed is an answer, too
        case
            when numbered.survey = 'interest' then coalesce(interests.interest, 'other')
            when numbered.survey in ('motive', 'benefit', 'attitude') then coalesce(answers.answer_code, 'other')
        end as answer_code,
        row_number() over (
            partition by numbered.customer_id, numbered.survey
            order by numbered.answered_at, numbered.response_id
        ) as nth_answer,

        ---------- when
        cast({{ in_business_timezone('numbered.answered_at') }} as date) as answered_date

    from numbered

    left join answers
        on numbered.survey = answers.survey and lower(trim(numbered.answer)) = answers.answer

    left join interests
        on {{ interest_name('numbered.answer') }} = interests.name

    where numbered.nth_latest = 1

)

select * from coded
