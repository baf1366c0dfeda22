{{ portable_mart_view() }}

with

memberships as (

    select * from {{ ref('segment_memberships').include(database=false) }}

),

segments as (

    select * from {{ ref('segments').include(database=false) }}

)

select
    memberships.profile_id,
    memberships.scheme,
    memberships.as_of_date,
    memberships.segment,
    segments.label_en,
    segments.label_nl,
    memberships.reason,
    memberships.reason_nl,
    memberships.rules_version,
    memberships.reason_en

from memberships

inner join segments
    on memberships.scheme = segments.scheme and memberships.segment = segments.segment

where memberships.as_of_date = (select max(as_of_date) from {{ ref('profile_segments').include(database=false) }})
