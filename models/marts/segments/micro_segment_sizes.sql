-- The conditions of `micro_segment_rules` are written into the query: a scheme's rank is one byte per row, so a scan
-- per micro-segment costs less than a join with the rules.
with

profile_segments as (

    select * from {{ ref('profile_segments') }}

),

profile_features as (  -- noqa: ST03, only a condition on a feature reads it

    select * from {{ ref('profile_features') }}

),

micro_segments as (

    select * from {{ ref('micro_segments') }}

),

as_of_dates as (

    select * from {{ ref('int_as_of_dates') }}

),

history_dates as (

    select * from {{ ref('int_history_dates') }}

),

kept_counts as (

    select * from {{ ref('int_kept_micro_segment_sizes') }}

),

profiles as (

    select
        as_of_date,
        count(*) as profile_count

    from profile_segments

    group by as_of_date

),

members as (

    {% for micro_segment in micro_segments() %}
    select
        '{{ micro_segment.name }}' as micro_segment,
        profile_segments.as_of_date,
        profile_segments.net_revenue,
        profile_segments.margin
    from profile_segments
    {% if micro_segment.features %}
    inner join profile_features
        on
            profile_segments.profile_id = profile_features.profile_id
            and profile_segments.as_of_date = profile_features.as_of_date
    {% endif %}
    where
        {{ (micro_segment.ranks + micro_segment.features) | join('\n        and ') }}
    union all
    {% endfor %}
    select
        cast(null as {{ dbt.type_string() }}) as micro_segment,
        as_of_date,
        net_revenue,
        margin
    from profile_segments
    where 1 = 0

),

counted as (

    select
        micro_segment,
        as_of_date,
        count(*) as profile_count,
        sum(net_revenue) as net_revenue,
        sum(margin) as margin

    from members

    group by micro_segment, as_of_date

),

-- an empty micro-segment is a finding too
sizes as (

    select
        micro_segments.micro_segment,
        as_of_dates.as_of_date,
        micro_segments.label_en,
        micro_segments.label_nl,
        micro_segments.description_en,
        micro_segments.description_nl,
        micro_segments.position,
        coalesce(counted.profile_count, 0) as profile_count,
        coalesce(counted.profile_count / cast(profiles.profile_count as double), 0) as share,
        cast(coalesce(counted.net_revenue, 0) as decimal(28, 2)) as net_revenue,
        cast(counted.margin as decimal(28, 2)) as margin,
        cast(counted.net_revenue / counted.profile_count as decimal(28, 2)) as net_revenue_per_profile

    from micro_segments

    cross join as_of_dates

    left join counted
        on
            micro_segments.micro_segment = counted.micro_segment
            and as_of_dates.as_of_date = counted.as_of_date

    left join profiles
        on as_of_dates.as_of_date = profiles.as_of_date

),

-- what was counted of dates before rows left that they need
kept as (

    select
        micro_segment,
        as_of_date,
        label_en,
        label_nl,
        description_en,
        description_nl,
        position,
        profile_count,
        share,
        cast(net_revenue as decimal(28, 2)) as net_revenue,
        cast(margin as decimal(28, 2)) as margin,
        cast(net_revenue_per_profile as decimal(28, 2)) as net_revenue_per_profile

    from kept_counts

    where
        as_of_date in (select history_dates.as_of_date from history_dates)
        and as_of_date < (select min(as_of_dates.as_of_date) from as_of_dates)

)

select * from sizes

union all

select * from kept
