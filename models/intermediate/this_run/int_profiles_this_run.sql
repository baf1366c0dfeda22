with

changed_visitors as (

    select * from {{ ref('int_visitors_this_run') }}

),

order_profiles as (

    select * from {{ ref('int_order_profiles') }}

),

changed_orders as (

    select order_id
    from (
        {{ changed_rows('int_order_versions', except={
            'customer_id': 'compared in int_order_profiles',
            'visitor_id': 'compared in int_order_profiles',
            'source_name': 'no profile depends on it',
            'order_status': 'its meaning is compared',
            'is_known_status': 'its meaning is compared',
            'counts_as_revenue': 'compared in int_revenue_entries',
            'order_currency': 'revenue is in the reporting currency',
            'rate': 'the converted amounts are compared',
            'gross_revenue': 'compared in int_revenue_entries',
            'order_date': 'follows from ordered_at',
            'is_latest': 'follows from valid_to'
        }) }}
    ) as changed_versions

    union

    select order_id from ({{ changed_rows('int_order_line_values') }}) as changed_lines

    union

    -- the customer who ordered in a session may not be the one seen in it
    select order_id
    from (
        {{ changed_rows('int_session_orders', except={
            'visitor_id': 'compared in int_visitors_this_run',
            'customer_id': 'compared in int_order_profiles',
            'counts_as_order': 'compared in int_order_versions',
            'ordered_at': 'compared in int_order_versions',
            'gross_revenue': 'compared in int_revenue_entries'
        }) }}
    ) as changed_session_orders

    union

    select order_id from {{ ref('int_session_orders') }}
    where visitor_id in (select changed_visitors.visitor_id from changed_visitors)

    union

    -- orders of others may turn a day into a peak
    select order_versions.order_id
    from ({{ changed_rows('int_occasion_days') }}) as changed_days
    inner join {{ ref('int_order_versions') }} as order_versions
        on changed_days.order_date = order_versions.order_date

),

changed_profiles as (

    select former_profile_id as profile_id from changed_visitors

    union

    select profile_id from {{ ref('int_session_profiles') }}
    where visitor_id in (select changed_visitors.visitor_id from changed_visitors)

    union

    select profile_id from order_profiles
    where order_id in (select changed_orders.order_id from changed_orders)

    union

    select profile_id
    from (
        {{ changed_rows('int_order_profiles', except={
            'customer_id': 'follows from the profile',
            'order_date': 'follows from ordered_at',
            'nth_order': 'only the mart orders reads it, which is rebuilt in every run',
            'days_since_previous_order': 'only the mart orders reads it'
        }) }}
    ) as changed_order_profiles

    union

    select profile_id
    from (
        {{ changed_rows('int_revenue_entries', except={
            'customer_id': 'follows from the profile'
        }) }}
    ) as changed_revenue

    union

    select profile_id from {{ ref('int_messages_this_run') }}

    union

    select former_profile_id from {{ ref('int_messages_this_run') }}

    union

    select profile_id
    from (
        {{ changed_rows('int_customer_versions', except={
            'customer_id': 'follows from the profile',
            'is_latest': 'follows from valid_to'
        }) }}
    ) as changed_customers

    union

    select profile_id
    from (
        {{ changed_rows('int_survey_responses', except={
            'response_id': 'a profile counts responses by their number'
        }) }}
    ) as changed_responses

    union

    select profile_id from ({{ changed_rows('int_service_contacts') }}) as changed_contacts

    union

    select profile_id
    from (
        {{ changed_rows('int_loyalty_spells', except={
            'joined_date': 'follows from joined_at'
        }) }}
    ) as changed_spells

    union

    -- a customer without a sign-up date is known from as_of on, which is later in each run
    select profile_id from {{ ref('int_customer_versions') }}
    where is_latest and signed_up_at is null

)

select profile_id from changed_profiles

where profile_id is not null
