-- Profiles are counted by what they were and are in all schemes at once, so that each is looked up at the date
-- before once, and not for every scheme.
with

memberships as (

    select * from {{ ref('segment_memberships') }}

),

profile_values as (

    select * from {{ ref('int_profile_features') }}

),

as_of_dates as (

    select
        as_of_date,
        lag(as_of_date) over (order by as_of_date) as previous_date

    from {{ ref('int_as_of_dates') }}

),

profile_segments as (

    select
        profile_id,
        as_of_date,
        {%- for scheme in schemes() %}
        max(case when scheme = '{{ scheme }}' then segment end) as {{ scheme }}
        {%- if not loop.last %},{% endif %}
        {%- endfor %}

    from memberships

    group by profile_id, as_of_date

),

counted as (

    select
        {%- for scheme in schemes() %}
        -- who was not there yet at the date before comes from no segment
        coalesce(before.{{ scheme }}, 'not_seen_before') as from_{{ scheme }},
        after.{{ scheme }} as to_{{ scheme }},
        {%- endfor %}
        after.as_of_date,
        count(*) as profile_count,
        sum(profile_values.net_revenue) as net_revenue

    from profile_segments as after

    inner join as_of_dates
        on
            after.as_of_date = as_of_dates.as_of_date
            and as_of_dates.previous_date is not null

    left join profile_segments as before
        on
            after.profile_id = before.profile_id
            and as_of_dates.previous_date = before.as_of_date

    left join profile_values
        on
            after.profile_id = profile_values.profile_id
            and after.as_of_date = profile_values.as_of_date

    group by
        {%- for scheme in schemes() %}
        coalesce(before.{{ scheme }}, 'not_seen_before'),
        after.{{ scheme }},
        {%- endfor %}
        after.as_of_date

),

by_scheme as (

    {% for scheme in schemes() %}
    select
        '{{ scheme }}' as scheme,
        from_{{ scheme }} as from_segment,
        to_{{ scheme }} as to_segment,
        as_of_date,
        profile_count,
        net_revenue
    from counted
    {% if not loop.last %}union all{% endif %}
    {% endfor %}

),

moves as (

    select
        scheme,
        from_segment,
        to_segment,
        as_of_date,
        cast(sum(profile_count) as bigint) as profile_count,
        cast(coalesce(sum(net_revenue), 0) as decimal(18, 2)) as net_revenue

    from by_scheme

    where to_segment is not null

    group by scheme, from_segment, to_segment, as_of_date

)

select * from moves
