{{ config(meta={'shows_rows': true, 'dagster': {'ref': {'name': 'segment_definitions'}}}) }}

-- Each segment that a rule can give has its labels, and no two schemes' seeds disagree.
with

given as (

    select 'rfm' as scheme, rfm_segment as segment from {{ ref('rfm_segments') }}

    union

    select 'engagement' as scheme, engagement_tier as segment from {{ ref('engagement_tiers') }}

    union

    select distinct scheme, 'unassigned' as segment from {{ ref('scheme_rules') }}

)

select given.*

from given

left join {{ ref('segment_definitions') }} as definitions
    on given.scheme = definitions.scheme and given.segment = definitions.segment

where definitions.segment is null
