{{ config(materialized='view') }}

with

versions as (

    select * from {{ ref('int_customer_versions') }}

),

taxonomy as (

    select * from {{ ref('attribute_taxonomy') }}

),

profile_dates as (

    select * from {{ ref('int_profile_dates_this_run') }}

),

-- once per version, not per date
described as (

    select
        versions.*,
        gender.level as gender_level,
        education.level as education_level,
        income.level as income_level,
        cast({{ in_business_timezone('versions.signed_up_at') }} as date) as signed_up_date

    from versions

    left join taxonomy as gender
        on gender.attribute = 'gender' and lower(trim(versions.gender)) = gender.value

    left join taxonomy as education
        on education.attribute = 'education' and lower(trim(versions.education)) = education.value

    left join taxonomy as income
        on income.attribute = 'income_band' and lower(trim(versions.income_band)) = income.value

)

select
    profile_dates.profile_date_number,
    {{ full_years('described.birth_date', 'profile_dates.as_of_date') }} as age_years,
    -- what nobody listed is an answer, too
    case when described.gender is not null then coalesce(described.gender_level, 'other') end as gender,
    described.education_level,
    described.income_level,
    described.household_size,
    described.children as child_count,
    described.social_followers,
    described.country as customer_country,
    lower(trim(described.preferred_channel)) as preferred_channel,
    described.consents,
    described.valid_from as consents_since,
    case
        when described.signed_up_date <= profile_dates.as_of_date
            then {{ dbt.datediff('described.signed_up_date', 'profile_dates.as_of_date', 'day') }}
    end as days_since_sign_up

from described

inner join profile_dates
    on
        described.profile_id = profile_dates.profile_id
        and described.valid_from <= profile_dates.as_of_date
        and described.valid_to > profile_dates.as_of_date
