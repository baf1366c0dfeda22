{#
    A view that moves with the file it is in: what it reads is named without the database, so that it
    works in the serving copy, whose database has another name. While it is made, such a name is looked up
    among the marts.
#}
{{ config(
    materialized='view',
    pre_hook="set search_path = '{{ target.database }}.main,{{ this.database }}.{{ this.schema }}'",
    post_hook="reset search_path"
) }}

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
    memberships.rules_version

from memberships

inner join segments
    on memberships.scheme = segments.scheme and memberships.segment = segments.segment

where memberships.as_of_date = (select max(as_of_date) from {{ ref('profile_segments').include(database=false) }})
