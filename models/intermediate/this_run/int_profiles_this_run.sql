-- depends_on: {{ ref('int_order_profiles') }}
-- depends_on: {{ ref('int_order_versions') }}
-- depends_on: {{ ref('int_occasion_days') }}
-- depends_on: {{ ref('int_session_orders') }}
-- depends_on: {{ ref('int_revenue_entries') }}
-- depends_on: {{ ref('int_customer_versions') }}
-- depends_on: {{ ref('int_order_line_values') }}
-- depends_on: {{ ref('int_survey_responses') }}
-- depends_on: {{ ref('int_service_contacts') }}
-- depends_on: {{ ref('int_loyalty_spells') }}
with

former_profiles as (

    select profile_id from {{ ref('int_former_profiles_this_run') }}

),

present_profiles as (

    select session_profiles.profile_id

    from {{ ref('int_session_profiles') }} as session_profiles

    inner join {{ ref('int_visitors_this_run') }} as changed_visitors
        on session_profiles.visitor_id = changed_visitors.visitor_id

),

new_messages as (

    select * from {{ ref('int_messages_this_run') }}

),

changed as (

    select profile_id from former_profiles

    union

    select profile_id from present_profiles

    union

    select profile_id from new_messages

    {% if not is_rebuilt('int_session_classes') %}

    union

    select profile_id
    from (
        {{ changed_rows('int_order_profiles', ['profile_id', 'order_id', 'counts_as_order', 'ordered_at']) }}
    ) as changed_orders

    union

    select order_profiles.profile_id
    from (
        {{ changed_rows('int_order_versions', [
            'order_id', 'counts_as_order', 'sales_channel', 'coupon_code', 'is_gift', 'discount', 'ordered_at',
            'valid_from', 'valid_to'
        ]) }}
    ) as changed_versions
    inner join {{ ref('int_order_profiles') }} as order_profiles
        on changed_versions.order_id = order_profiles.order_id

    union

    select profile_id
    from (
        {{ changed_rows('int_revenue_entries', [
            'profile_id', 'order_id', 'entry_date', 'net_revenue', 'margin', 'estimated_margin'
        ]) }}
    ) as changed_revenue

    union

    -- whether a day was a peak of the shop's own may change by orders of others
    select order_profiles.profile_id
    from (
        {{ changed_rows('int_occasion_days', [
            'order_date', 'occasion', 'occasion_date', 'is_for_gifts', 'anniversary_of'
        ]) }}
    ) as changed_days
    inner join {{ ref('int_order_versions') }} as order_versions
        on changed_days.order_date = order_versions.order_date
    inner join {{ ref('int_order_profiles') }} as order_profiles
        on order_versions.order_id = order_profiles.order_id

    union

    -- whoever ordered in a session need not be who was seen in it
    select order_profiles.profile_id
    from {{ ref('int_session_orders') }} as session_orders
    inner join {{ ref('int_visitors_this_run') }} as changed_visitors
        on session_orders.visitor_id = changed_visitors.visitor_id
    inner join {{ ref('int_order_profiles') }} as order_profiles
        on session_orders.order_id = order_profiles.order_id

    union

    select order_profiles.profile_id
    from (
        {{ changed_rows('int_session_orders', ['order_id', 'session_id']) }}
    ) as changed_session_orders
    inner join {{ ref('int_order_profiles') }} as order_profiles
        on changed_session_orders.order_id = order_profiles.order_id

    union

    {% if not is_rebuilt('int_messages') %}
    -- of a message that landed before for somebody else
    select standing_messages.profile_id
    from {{ existing_relation('int_messages') }} as standing_messages
    inner join new_messages
        on
            standing_messages.source_name = new_messages.source_name
            and standing_messages.message_event_id = new_messages.message_event_id

    union

    {% endif %}

    select order_profiles.profile_id
    from (
        {{ changed_rows('int_order_line_values', [
            'order_id', 'line_number', 'product_id', 'category', 'brand', 'quantity', 'is_marked_down', 'spend'
        ]) }}
    ) as changed_lines
    inner join {{ ref('int_order_profiles') }} as order_profiles
        on changed_lines.order_id = order_profiles.order_id

    union

    select profile_id
    from (
        {{ changed_rows('int_customer_versions', [
            'profile_id', 'birth_date', 'is_birth_date_estimated', 'gender', 'education', 'income_band',
            'household_size', 'children', 'social_followers', 'country', 'preferred_channel', 'consents',
            'signed_up_at', 'valid_from', 'valid_to'
        ]) }}
    ) as changed_customers

    union

    select profile_id
    from (
        {{ changed_rows('int_survey_responses', [
            'profile_id', 'survey', 'score', 'answer_code', 'nth_answer', 'answered_date'
        ]) }}
    ) as changed_responses

    union

    select profile_id
    from (
        {{ changed_rows('int_service_contacts', ['profile_id', 'contact_id', 'effort_score', 'cost', 'opened_date']) }}
    ) as changed_contacts

    union

    select profile_id
    from (
        {{ changed_rows('int_loyalty_spells', ['profile_id', 'program', 'tier', 'joined_at', 'left_date']) }}
    ) as changed_spells

    union

    -- who has no date of sign-up is known from now on, and now is later each time
    select profile_id
    from {{ ref('int_customer_versions') }}
    where is_latest and signed_up_at is null

    {% endif %}

)

select profile_id from changed

where profile_id is not null
