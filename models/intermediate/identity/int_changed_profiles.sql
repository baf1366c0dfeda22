-- depends_on: {{ ref('int_order_profiles') }}
-- depends_on: {{ ref('int_revenue_entries') }}
-- depends_on: {{ ref('int_customers') }}
with

former_profiles as (

    select profile_id from {{ ref('int_former_profiles') }}

),

present_profiles as (

    select session_profiles.profile_id

    from {{ ref('int_session_profiles') }} as session_profiles

    inner join {{ ref('int_changed_visitors') }} as changed_visitors
        on session_profiles.visitor_id = changed_visitors.visitor_id

),

responses as (

    select profile_id from {{ ref('int_new_message_responses') }}

),

changed as (

    select profile_id from former_profiles

    union

    select profile_id from present_profiles

    union

    select profile_id from responses

    {% if not is_rebuilt('int_session_classes') %}

    union

    select profile_id
    from (
        {{ changed_rows('int_order_profiles', ['profile_id', 'order_id', 'counts_as_order', 'ordered_at']) }}
    ) as changed_orders

    union

    select profile_id
    from (
        {{ changed_rows('int_revenue_entries', ['profile_id', 'order_id', 'entry_date', 'net_revenue', 'margin']) }}
    ) as changed_revenue

    union

    select {{ profile_key('customer_id', 'cast(null as ' ~ dbt.type_string() ~ ')') }} as profile_id
    from (
        {{ changed_rows('int_customers', ['customer_id', 'signed_up_at']) }}
    ) as changed_customers

    union

    -- who has no date of sign-up is known from now on, and now is later each time
    select {{ profile_key('customer_id', 'cast(null as ' ~ dbt.type_string() ~ ')') }} as profile_id
    from {{ ref('int_customers') }}
    where signed_up_at is null

    {% endif %}

)

select profile_id from changed

where profile_id is not null
