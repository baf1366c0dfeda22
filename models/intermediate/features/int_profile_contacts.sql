{{ config(materialized='view') }}

with

contacts as (

    select * from {{ ref('int_service_contacts') }}

),

profile_dates as (

    select * from {{ ref('int_profile_dates_this_run') }}

    where {{ is_in_batch() }}

)

select
    profile_dates.profile_date_number,
    count(*) as contact_count_365d,
    cast(sum(contacts.cost) as decimal(28, 2)) as service_cost_365d,
    avg(contacts.effort_score) as effort_score_365d

from contacts

inner join profile_dates
    on
        contacts.profile_id = profile_dates.profile_id
        and contacts.opened_date <= profile_dates.as_of_date
        and contacts.opened_date > {{ dbt.dateadd('day', -365, 'profile_dates.as_of_date') }}

group by profile_dates.profile_date_number
