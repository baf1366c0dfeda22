{{ config(materialized='incremental', incremental_strategy='replace_counts', on_schema_change='fail') }}

{% set changed_dates = changed_segment_dates() %}

with

segments as (

    select * from {{ ref('segments') }}

),

as_of_dates as (

    select * from {{ ref('int_as_of_dates') }}

),

counted_dates as (

    select as_of_date from as_of_dates

    {% if not is_rebuilt('segment_sizes') %}
    where
        as_of_date in ({{ changed_dates }})
        or as_of_date = (select min(as_of_dates.as_of_date) from as_of_dates)
        -- no profile is left there, so `replaced_rows` deletes their counts
        or as_of_date not in (select profile_segments.as_of_date from {{ ref('profile_segments') }} as profile_segments)
    {% endif %}

),

profile_segments as (

    select * from {{ ref('profile_segments') }}

    where as_of_date in (select counted_dates.as_of_date from counted_dates)

),

history_dates as (

    select * from {{ ref('int_history_dates') }}

),

kept_counts as (

    select * from {{ ref('int_kept_segment_sizes') }}

),

members as (

    {% for scheme in schemes() %}
    select
        '{{ scheme }}' as scheme,
        {{ scheme }} as rank,
        as_of_date,
        count(*) as profile_count,
        sum(net_revenue) as net_revenue,
        sum(margin) as margin
    from profile_segments
    group by {{ scheme }}, as_of_date
    {% if not loop.last %}union all{% endif %}
    {% endfor %}

),

-- an empty segment is a finding too
sizes as (

    select
        segments.scheme,
        segments.segment,
        counted_dates.as_of_date,
        segments.label_en,
        segments.label_nl,
        segments.rank,
        segments.is_applicable,
        coalesce(members.profile_count, 0) as profile_count,
        cast(coalesce(members.net_revenue, 0) as decimal(28, 2)) as net_revenue,
        cast(members.margin as decimal(28, 2)) as margin

    from segments

    cross join counted_dates

    left join members
        on
            segments.scheme = members.scheme
            and segments.rank = members.rank
            and counted_dates.as_of_date = members.as_of_date

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
        -- of the profiles to which the scheme applies
        case
            when is_applicable
                then
                    profile_count / cast(
                        nullif(sum(profile_count) over (partition by scheme, as_of_date, is_applicable), 0) as double
                    )
        end as share_of_applicable,
        net_revenue,
        margin

    from sizes

),

-- what was counted of dates before rows left that they need
kept as (

    select
        scheme,
        segment,
        as_of_date,
        label_en,
        label_nl,
        rank,
        profile_count,
        share,
        share_of_applicable,
        cast(net_revenue as decimal(28, 2)) as net_revenue,
        cast(margin as decimal(28, 2)) as margin

    from kept_counts

    where
        as_of_date in (select history_dates.as_of_date from history_dates)
        and as_of_date < (select min(as_of_dates.as_of_date) from as_of_dates)

)

select * from shares

union all

select * from kept
