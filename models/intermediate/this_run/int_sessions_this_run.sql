{{ config(materialized='view') }}

with

sessions as (

    select * from {{ ref('int_session_totals') }}

),

profiles as (

    select * from {{ ref('int_session_profiles') }}

)

select
    sessions.*,
    profiles.customer_id,
    profiles.profile_id

from sessions

inner join profiles
    on sessions.session_id = profiles.session_id

where {{ only_this_run('profiles.profile_id', fed_model='int_session_classes') }}
