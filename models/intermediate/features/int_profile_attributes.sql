{{ config(materialized='view') }}

with

versions as (

    select * from {{ ref('int_customer_versions') }}

),

taxonomy as (

    select * from {{ ref('attribute_taxonomy') }}

),

regions as (

    select * from {{ ref('regions') }}

),

home_countries as (

    select distinct country from {{ ref('regions') }}

),

postal_areas as (

    select * from {{ ref('postal_areas') }}

),

profile_dates as (

    select * from {{ ref('int_profile_dates_this_run') }}

    where {{ is_in_batch() }}

),

-- a longer prefix says more about an area than a shorter one
postal_urbanity as (

    select
        country,
        postal_area,
        max_by(urbanity, prefix_length) as urbanity

    from (
        select distinct
            versions.country,
            versions.postal_area,
            postal_areas.urbanity,
            length(postal_areas.prefix) as prefix_length
        from versions
        inner join postal_areas
            on
                lower(versions.country) = postal_areas.country
                and versions.postal_area like {{ dbt.concat(['postal_areas.prefix', "'%'"]) }}
    ) as prefixes

    group by country, postal_area

),

-- once per version, not per date
described as (

    select
        versions.*,
        gender.level as gender_level,
        education.level as education_level,
        income.level as income_level,
        occupation.level as occupation_level,
        marital_status.level as marital_status_level,
        life_stage.level as life_stage_level,
        {{ region_level('versions.country', 'regions.level', 'home_countries.country') }} as region_level,
        -- what the shop knows counts before what the postal code suggests
        coalesce(urbanity.level, postal_urbanity.urbanity) as urbanity_level,
        cast({{ in_business_timezone('versions.signed_up_at') }} as date) as signed_up_date

    from versions

    left join taxonomy as gender
        on gender.attribute = 'gender' and lower(versions.gender) = gender.value

    left join taxonomy as education
        on education.attribute = 'education' and lower(versions.education) = education.value

    left join taxonomy as income
        on income.attribute = 'income_band' and lower(versions.income_band) = income.value

    left join taxonomy as occupation
        on occupation.attribute = 'occupation' and lower(versions.occupation) = occupation.value

    left join taxonomy as marital_status
        on
            marital_status.attribute = 'marital_status'
            and lower(versions.marital_status) = marital_status.value

    left join taxonomy as life_stage
        on life_stage.attribute = 'life_stage' and lower(versions.life_stage) = life_stage.value

    left join taxonomy as urbanity
        on urbanity.attribute = 'urbanity' and lower(versions.urbanity) = urbanity.value

    left join postal_urbanity
        on versions.country = postal_urbanity.country and versions.postal_area = postal_urbanity.postal_area

    left join regions
        on {{ is_region('versions.country', 'versions.region', 'regions') }}

    left join home_countries
        on lower(versions.country) = home_countries.country

)

select
    profile_dates.profile_date_number,
    {{ full_years('described.birth_date', 'profile_dates.as_of_date') }} as age_years,
    -- what nobody listed is an answer, too; nothing, or a word for nothing, is none
    {{ answered_level('described.gender', 'described.gender_level') }} as gender,
    described.education_level,
    described.income_level,
    {{ answered_level('described.occupation', 'described.occupation_level') }} as occupation,
    {{ answered_level('described.marital_status', 'described.marital_status_level') }} as marital_status,
    {{ answered_level('described.life_stage', 'described.life_stage_level') }} as life_stage,
    described.region_level as customer_region,
    described.country is not null or described.region is not null as has_place,
    described.urbanity_level as urbanity,
    described.household_size,
    described.children as child_count,
    described.social_followers,
    described.country as customer_country,
    lower(described.preferred_channel) as preferred_channel,
    described.consents,
    described.may_be_profiled,
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
