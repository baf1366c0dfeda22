with

profiles as (

    select * from {{ ref('int_profiles') }}

),

as_of_dates as (

    select * from {{ ref('int_as_of_dates') }}

),

carried as (

    select * from {{ ref('int_carried_profiles_this_run') }}

)

select
    -- what is counted per profile and date is grouped by this number, which takes a fraction of what a text takes; it
    -- means something in one refresh only
    row_number() over () as profile_date_number,
    profiles.profile_id,
    profiles.customer_id,
    as_of_dates.as_of_date

from profiles

inner join as_of_dates
    on profiles.first_seen_date <= as_of_dates.as_of_date

left join carried
    on
        profiles.profile_id = carried.profile_id
        and as_of_dates.as_of_date = carried.as_of_date

where
    {{ only_this_run('profiles.profile_id', fed_model='profile_features') }}
    -- a new date is computed for everyone whose features of the date before can't be carried over
    or carried.profile_id is null
    and as_of_dates.as_of_date in (
        select as_of_date
        from (
            {{ changed_rows('int_as_of_dates', except={
                'is_latest': 'the features of a date do not depend on it'
            }) }}
        ) as changed_dates
    )
