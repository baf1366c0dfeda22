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

moves as (

    select
        current_memberships.scheme,
        -- who was not there yet at the date before comes from no segment
        coalesce(previous_memberships.segment, 'not_seen_before') as from_segment,
        current_memberships.segment as to_segment,
        current_memberships.as_of_date,
        count(*) as profile_count,
        cast(coalesce(sum(profile_values.net_revenue), 0) as decimal(18, 2)) as net_revenue

    from memberships as current_memberships

    inner join as_of_dates
        on
            current_memberships.as_of_date = as_of_dates.as_of_date
            and as_of_dates.previous_date is not null

    left join memberships as previous_memberships
        on
            current_memberships.profile_id = previous_memberships.profile_id
            and current_memberships.scheme = previous_memberships.scheme
            and as_of_dates.previous_date = previous_memberships.as_of_date

    left join profile_values
        on
            current_memberships.profile_id = profile_values.profile_id
            and current_memberships.as_of_date = profile_values.as_of_date

    group by
        current_memberships.scheme,
        coalesce(previous_memberships.segment, 'not_seen_before'),
        current_memberships.segment,
        current_memberships.as_of_date

)

select * from moves
