{{ config(materialized='view') }}

with

sessions as (

    select * from {{ ref('int_session_totals') }}

),

profiles as (

    select * from {{ ref('int_session_profiles') }}

),

changed_profiles as (  -- noqa: ST03, only an increment reads it

    select * from {{ ref('int_profiles_this_run') }}

)

select
    sessions.*,
    profiles.customer_id,
    profiles.profile_id

from sessions

inner join profiles
    on sessions.session_id = profiles.session_id

{% if not is_rebuilt('int_session_classes') %}
where profiles.profile_id in (select changed_profiles.profile_id from changed_profiles)
{% endif %}
