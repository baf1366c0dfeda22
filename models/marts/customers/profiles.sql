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

features as (

    select * from {{ ref('int_profile_features') }}

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
        features.session_count,
        features.order_count,
        cast(features.net_revenue as decimal(18, 2)) as net_revenue,
        features.margin,
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

    inner join features
        on profiles.profile_id = features.profile_id

)

select * from joined
