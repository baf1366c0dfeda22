{{ config(materialized='incremental', incremental_strategy='replace_memberships', on_schema_change='fail') }}

-- depends_on: {{ ref('int_changed_profile_dates') }}
with

memberships as (

    {% for scheme in schemes() %}
    select
        profile_id,
        '{{ scheme }}' as scheme,
        as_of_date,
        segment,
        reason
    from {{ ref('int_segments__' ~ scheme) }}
    {% if not loop.last %}union all{% endif %}
    {% endfor %}

),

rules_versions as (

    select * from {{ ref('int_rules_versions') }}

)

select
    memberships.profile_id,
    memberships.scheme,
    memberships.as_of_date,
    memberships.segment,
    memberships.reason,
    rules_versions.rules_version

from memberships

left join rules_versions
    on memberships.scheme = rules_versions.scheme
