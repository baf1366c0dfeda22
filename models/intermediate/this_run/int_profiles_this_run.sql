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
            'is_paid_back': 'compared in int_revenue_entries',
            'order_currency': 'revenue is in the reporting currency',
            'is_withdrawn': 'what depends on it is compared in int_order_profiles',
            'rate': 'the converted amounts are compared',
            'gross_revenue': 'compared in int_revenue_entries',
            'discount': 'compared in int_revenue_entries',
            'shipping_and_tax': 'compared in int_revenue_entries',
            'order_date': 'follows from ordered_at',
            'valid_to': 'follows from valid_from of the next version',
            'is_latest': 'follows from valid_from of the next version'
        }) }}
    ) as changed_versions

    union

    select order_id
    from (
        {{ changed_rows('int_order_line_values', except={
            'line_number': 'no profile depends on the order of lines',
            'goods_cost': 'the margin is compared in int_revenue_entries'
        }) }}
    ) as changed_lines

    union

    -- orders that gained or lost a session
    select order_id
    from (
        {{ changed_rows('int_session_orders', except={
            'session_id': 'an order that moved is in a session of a changed visitor',
            'visitor_id': 'compared in int_visitors_this_run',
            'customer_id': 'compared in int_order_profiles',
            'counts_as_order': 'compared in int_order_versions',
            'ordered_at': 'compared in int_order_versions',
            'gross_revenue': 'compared in int_revenue_entries'
        }) }}
    ) as changed_session_orders

    union

    -- the customer who ordered in a session may not be the one seen in it
    select order_id from {{ ref('int_session_orders') }}
    where visitor_id in (select changed_visitors.visitor_id from changed_visitors)

    union

    -- orders of others may turn a day into a peak
    select order_versions.order_id
    from (
        {{ changed_rows('int_occasion_days', except={
            'occasion': 'follows from the date',
            'occasion_date': 'follows from the date',
            'is_for_gifts': 'follows from the date',
            'anniversary_of': 'follows from the date'
        }) }}
    ) as changed_days
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
            'counts_as_order': 'compared in int_order_versions',
            'ordered_at': 'compared in int_order_versions',
            'order_date': 'follows from ordered_at',
            'nth_order': 'only the mart orders reads it, which is rebuilt in every run',
            'days_since_previous_order': 'only the mart orders reads it'
        }) }}
    ) as changed_order_profiles

    union

    select profile_id
    from (
        {{ changed_rows('int_revenue_entries', except={
            'order_id': 'a profile adds up the amounts of all orders',
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
            'may_be_profiled': 'follows from the consents',
            'customer_id': 'follows from the profile',
            'valid_to': 'follows from valid_from of the next version',
            'is_latest': 'follows from valid_from of the next version'
        }) }}
    ) as changed_customers

    union

    select profile_id
    from (
        {{ changed_rows('int_survey_responses', except={
            'response_id': 'a response has a number instead'
        }) }}
    ) as changed_responses

    union

    select profile_id
    from (
        {{ changed_rows('int_service_contacts', except={
            'contact_id': 'a profile counts contacts',
            'opened_date': 'follows from opened_at'
        }) }}
    ) as changed_contacts

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
