{{ config(materialized='view') }}

with

features as (

    select * from {{ ref('int_profile_features') }}

),

changed_profile_dates as (  -- noqa: ST03, only an increment reads it

    select * from {{ ref('int_changed_profile_dates') }}

)

select features.*

from features

{% if not is_rebuilt('segment_memberships') %}
inner join changed_profile_dates
    on
        features.profile_id = changed_profile_dates.profile_id
        and features.as_of_date = changed_profile_dates.as_of_date
{% endif %}
