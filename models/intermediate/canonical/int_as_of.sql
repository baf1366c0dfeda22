{%- set instants = {
    'events': 'occurred_at',
    'orders': 'ordered_at',
    'refunds': 'refunded_at',
    'customers': 'signed_up_at',
    'messages': 'occurred_at',
    'survey_responses': 'answered_at',
    'service_contacts': 'opened_at'
} -%}

with

{% if var('as_of') %}

as_of as (

    select cast('{{ var("as_of") }}' as {{ dbt.type_timestamp() }}) as as_of

),

{% else %}

latest as (

    {% for object_name, instant in instants.items() %}
    select max({{ instant }}) as latest_at
    from (
        {{ union_sources(object_name) }}
    ) as {{ object_name }}
    {% if not loop.last %}union all{% endif %}
    {% endfor %}

),

as_of as (

    select max(latest_at) as as_of from latest

),

{% endif %}

dated as (

    select
        as_of,
        cast({{ in_business_timezone('as_of') }} as date) as as_of_date

    from as_of

    -- where nothing has happened yet there is nothing to be as of
    where as_of is not null

)

select * from dated
