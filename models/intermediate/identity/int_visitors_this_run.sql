with

changed as (

    select visitor_id from {{ ref('int_session_windows_this_run') }}

    union

    -- a log-in or an order elsewhere identifies earlier sessions of the visitor
    select visitor_id from ({{ changed_rows('int_visitor_customers') }}) as changed_customers

    union

    select visitor_id
    from (
        {{ changed_rows('int_session_orders', except={
            'session_id': 'an order moves between sessions of a visitor by new events, which have a window',
            'counts_as_order': 'a session counts every order that was placed in it'
        }) }}
    ) as changed_orders

)

{% if is_rebuilt('int_session_profiles') %}

select
    visitor_id,
    cast(null as {{ dbt.type_string() }}) as former_profile_id

from changed

{% else %}

-- a device of several customers has sessions of several profiles
select distinct
    changed.visitor_id,
    former.profile_id as former_profile_id

from changed

left join {{ existing_relation('int_session_profiles') }} as former
    on changed.visitor_id = former.visitor_id

{% endif %}
