with

profiles as (

    select * from {{ ref('profiles') }}

),

latest_date as (

    select as_of_date from {{ ref('int_as_of_dates') }}

    where is_latest

),

members as (

    {% for audience in audiences() %}
    select
        '{{ audience.name }}' as audience,
        profile_id,
        customer_id
    from profiles
    where
        {{ audience.conditions | join('\n        and ') }}
    union all
    {% endfor %}
    select
        cast(null as {{ dbt.type_string() }}) as audience,
        profile_id,
        customer_id
    from profiles
    where 1 = 0

)

select
    members.audience,
    members.profile_id,
    members.customer_id,
    latest_date.as_of_date

from members

cross join latest_date
