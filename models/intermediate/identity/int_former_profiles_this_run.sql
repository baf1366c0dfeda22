with

changed_visitors as (

    select * from {{ ref('int_visitors_this_run') }}

)

{% if is_rebuilt('int_session_profiles') %}

select
    visitor_id,
    cast(null as {{ dbt.type_string() }}) as profile_id

from changed_visitors

where 1 = 0

{% else %}

select distinct
    session_profiles.visitor_id,
    session_profiles.profile_id

from {{ existing_relation('int_session_profiles') }} as session_profiles

inner join changed_visitors
    on session_profiles.visitor_id = changed_visitors.visitor_id

{% endif %}
