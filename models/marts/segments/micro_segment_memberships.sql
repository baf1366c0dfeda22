with

latest_date as (

    select as_of_date from {{ ref('int_as_of_dates') }}

    where is_latest

),

profile_segments as (  -- noqa: ST03, only micro-segments read it

    select * from {{ ref('profile_segments') }}

    where as_of_date = (select latest_date.as_of_date from latest_date)

),

profile_features as (

    select * from {{ ref('profile_features') }}

    where as_of_date = (select latest_date.as_of_date from latest_date)

),

members as (

    {% for micro_segment in micro_segments() %}
    select
        '{{ micro_segment.name }}' as micro_segment,
        profile_features.profile_id,
        profile_features.customer_id,
        profile_features.as_of_date
    from profile_segments
    inner join profile_features
        on profile_segments.profile_id = profile_features.profile_id
    where
        {{ (micro_segment.ranks + micro_segment.features) | join('\n        and ') }}
    union all
    {% endfor %}
    select
        cast(null as {{ dbt.type_string() }}) as micro_segment,
        profile_id,
        customer_id,
        as_of_date
    from profile_features
    where 1 = 0

)

select * from members
