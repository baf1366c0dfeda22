-- depends_on: {{ ref('int_profiles_this_run') }}
with

profiles as (

    select * from {{ ref('int_profiles') }}

),

as_of_dates as (

    select * from {{ ref('int_as_of_dates') }}

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

{% if not is_rebuilt('profile_features') %}
where
    profiles.profile_id in (select profile_id from {{ ref('int_profiles_this_run') }})
    -- a date is computed for everyone once
    or as_of_dates.as_of_date not in (select as_of_date from {{ before('int_as_of_dates') }})
{% endif %}
