{{ config(materialized='incremental', incremental_strategy='replace_counts', on_schema_change='fail') }}

{% set changed_dates = changed_move_dates() %}

with

profile_segments as (

    select * from {{ ref('profile_segments') }}

),

segments as (

    select * from {{ ref('segments') }}

),

as_of_dates as (

    select
        as_of_date,
        lag(as_of_date) over (order by as_of_date) as previous_date

    from {{ ref('int_as_of_dates') }}

),

history_dates as (

    select * from {{ ref('int_history_dates') }}

),

kept_counts as (

    select * from {{ ref('int_kept_segment_transitions') }}

),

-- each profile is looked up at the date before once, and not for every scheme
moved as (

    select
        after.as_of_date,
        after.net_revenue,
        -- noqa: disable=LT02
        {%- for scheme in schemes() %}
        before.{{ scheme }} as from_{{ scheme }},
        after.{{ scheme }} as to_{{ scheme }}
        {%- if not loop.last %},{% endif %}
        {%- endfor %}
        -- noqa: enable=LT02

    from profile_segments as after

    inner join as_of_dates
        on
            after.as_of_date = as_of_dates.as_of_date
            and as_of_dates.previous_date is not null

    left join profile_segments as before
        on
            after.profile_id = before.profile_id
            and as_of_dates.previous_date = before.as_of_date

    {% if not is_rebuilt('segment_transitions') %}
    where as_of_dates.as_of_date in ({{ changed_dates }})
    {% endif %}

),

counted as (

    {% for scheme in schemes() %}
    select
        '{{ scheme }}' as scheme,
        from_{{ scheme }} as from_rank,
        to_{{ scheme }} as to_rank,
        as_of_date,
        count(*) as profile_count,
        sum(net_revenue) as net_revenue
    from moved
    group by from_{{ scheme }}, to_{{ scheme }}, as_of_date
    {% if not loop.last %}union all{% endif %}
    {% endfor %}

),

moves as (

    select
        counted.scheme,
        -- who was not there yet at the date before comes from no segment
        coalesce(from_segments.segment, 'not_seen_before') as from_segment,
        to_segments.segment as to_segment,
        case
            when counted.from_rank is null then 'new'
            when counted.from_rank = counted.to_rank then 'stayed'
            else 'moved'
        end as move_kind,
        counted.as_of_date,
        counted.profile_count,
        cast(counted.net_revenue as decimal(28, 2)) as net_revenue

    from counted

    left join segments as from_segments
        on counted.scheme = from_segments.scheme and counted.from_rank = from_segments.rank

    inner join segments as to_segments
        on counted.scheme = to_segments.scheme and counted.to_rank = to_segments.rank

),

-- what was counted of dates before rows left that they need
kept as (

    select
        scheme,
        from_segment,
        to_segment,
        move_kind,
        as_of_date,
        profile_count,
        cast(net_revenue as decimal(28, 2)) as net_revenue

    from kept_counts

    where
        as_of_date in (select history_dates.as_of_date from history_dates)
        -- of the date before the first one no segments are left, so the moves to the first are kept as well
        and as_of_date <= (select min(as_of_dates.as_of_date) from as_of_dates)

)

select * from moves

union all

select * from kept
