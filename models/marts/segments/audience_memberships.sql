with

latest_date as (

    select as_of_date from {{ ref('int_as_of_dates') }}

    where is_latest

),

members as (

    {% for name in audiences() %}
    select
        '{{ name }}' as audience,
        profile_id,
        customer_id
    from {{ ref(name) }}
    union all
    {% endfor %}
    select
        cast(null as {{ dbt.type_string() }}) as audience,
        cast(null as {{ dbt.type_string() }}) as profile_id,
        cast(null as {{ dbt.type_string() }}) as customer_id
    where 1 = 0

)

select
    members.audience,
    members.profile_id,
    members.customer_id,
    latest_date.as_of_date

from members

cross join latest_date
