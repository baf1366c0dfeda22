with

segments as (

    select * from {{ ref('segments') }}

),

memberships as (

    select * from {{ ref('segment_memberships') }}

),

profile_values as (

    select * from {{ ref('int_profile_features') }}

),

as_of_dates as (

    select * from {{ ref('int_as_of_dates') }}

),

members as (

    select
        memberships.scheme,
        memberships.segment,
        memberships.as_of_date,
        count(*) as profile_count,
        sum(profile_values.net_revenue) as net_revenue,
        sum(profile_values.margin) as margin

    from memberships

    left join profile_values
        on
            memberships.profile_id = profile_values.profile_id
            and memberships.as_of_date = profile_values.as_of_date

    group by memberships.scheme, memberships.segment, memberships.as_of_date

),

-- an empty segment is a finding too
sizes as (

    select
        segments.scheme,
        segments.segment,
        as_of_dates.as_of_date,
        segments.label_en,
        segments.label_nl,
        segments.rank,
        coalesce(members.profile_count, 0) as profile_count,
        cast(coalesce(members.net_revenue, 0) as decimal(18, 2)) as net_revenue,
        cast(members.margin as decimal(18, 2)) as margin

    from segments

    cross join as_of_dates

    left join members
        on
            segments.scheme = members.scheme
            and segments.segment = members.segment
            and as_of_dates.as_of_date = members.as_of_date

),

shares as (

    select
        scheme,
        segment,
        as_of_date,
        label_en,
        label_nl,
        rank,
        profile_count,
        coalesce(
            profile_count / cast(nullif(sum(profile_count) over (partition by scheme, as_of_date), 0) as double), 0
        ) as share,
        net_revenue,
        margin

    from sizes

)

select * from shares
