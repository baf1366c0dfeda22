with

profiles as (

    select * from {{ ref('int_profiles') }}

),

as_of_dates as (

    select * from {{ ref('int_as_of_dates') }}

)

select
    profiles.profile_id,
    profiles.customer_id,
    as_of_dates.as_of_date,
    as_of_dates.is_latest

from profiles

inner join as_of_dates
    on profiles.first_seen_date <= as_of_dates.as_of_date
