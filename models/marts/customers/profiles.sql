with

profiles as (

    select * from {{ ref('int_profiles') }}

),

customers as (

    select * from {{ ref('int_customers') }}

),

latest_date as (

    select as_of_date from {{ ref('int_as_of_dates') }}

    where is_latest

),

profile_sessions as (

    select * from {{ ref('int_profile_sessions') }}

    where as_of_date = (select as_of_date from latest_date)

),

profile_values as (

    select * from {{ ref('int_profile_values') }}

    where as_of_date = (select as_of_date from latest_date)

),

memberships as (

    select
        profile_id,
        {%- for scheme in schemes() %}
        max(case when scheme = '{{ scheme }}' then segment end) as {{ scheme }}
        {%- if not loop.last %},{% endif %}
        {%- endfor %}

    from {{ ref('segment_memberships') }}

    where as_of_date = (select as_of_date from latest_date)

    group by profile_id

),

joined as (

    select
        ---------- ids
        profiles.profile_id,
        profiles.is_customer,
        profiles.customer_id,

        ---------- what
        coalesce(profile_sessions.session_count, 0) as session_count,
        coalesce(profile_values.order_count, 0) as order_count,
        cast(coalesce(profile_values.net_revenue, 0) as decimal(18, 2)) as net_revenue,
        profile_values.margin,
        customers.country,
        customers.consents,

        ---------- segments
        {% for scheme in schemes() %}
        memberships.{{ scheme }},
        {% endfor %}

        ---------- when
        profiles.first_seen_at,
        profiles.last_seen_at

    from profiles

    inner join memberships
        on profiles.profile_id = memberships.profile_id

    left join customers
        on profiles.customer_id = customers.customer_id

    left join profile_sessions
        on profiles.profile_id = profile_sessions.profile_id

    left join profile_values
        on profiles.profile_id = profile_values.profile_id

)

select * from joined
