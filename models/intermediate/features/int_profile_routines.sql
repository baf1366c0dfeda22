{{ config(materialized='view') }}

with

sessions as (

    select * from {{ ref('int_session_classes') }}

    where not is_robot

),

-- who ordered on the site is counted by the session
orders as (

    select * from {{ ref('int_order_facts') }}

    where not is_of_session

),

dayparts as (

    select * from {{ ref('dayparts') }}

),

profile_dates as (

    select * from {{ ref('int_profile_dates_this_run') }}

    where {{ is_in_batch() }}

),

moments as (

    select
        profile_id,
        {{ in_business_timezone('started_at') }} as local_time,
        cast('0001-01-01' as date) as valid_from,
        cast('9999-12-31' as date) as valid_to
    from sessions

    union all

    select
        profile_id,
        {{ in_business_timezone('ordered_at') }} as local_time,
        valid_from,
        valid_to
    from orders

),

placed as (

    select
        moments.profile_id,
        cast(moments.local_time as date) as moment_date,
        moments.valid_from,
        moments.valid_to,
        dayparts.daypart,
        {{ is_weekend('moments.local_time') }} as is_weekend

    from moments

    inner join dayparts
        on
            extract(hour from moments.local_time) >= dayparts.from_hour
            and extract(hour from moments.local_time) < dayparts.until_hour

),

counted as (

    select
        profile_dates.profile_date_number,
        count(*) as moment_count,
        count(case when placed.is_weekend then 1 end) as weekend_count,
        {{ count_each('daypart', ['night', 'morning', 'afternoon', 'evening']) }}

    from placed

    inner join profile_dates
        on
            placed.profile_id = profile_dates.profile_id
            and placed.moment_date <= profile_dates.as_of_date
            and placed.moment_date > {{ dbt.dateadd('day', -365, 'profile_dates.as_of_date') }}
            and placed.valid_from <= profile_dates.as_of_date
            and placed.valid_to > profile_dates.as_of_date

    group by profile_dates.profile_date_number

)

select
    profile_date_number,
    moment_count as touchpoint_count_365d,
    {{ most_frequent('daypart', ['night', 'morning', 'afternoon', 'evening']) }} as main_daypart_365d,
    {{ share_of_most_frequent('daypart', ['night', 'morning', 'afternoon', 'evening']) }} as main_daypart_share_365d,
    weekend_count / cast(moment_count as double) as weekend_share_365d

from counted
