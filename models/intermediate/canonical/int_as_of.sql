with

{% if var('as_of') %}

as_of as (

    select cast('{{ var("as_of") }}' as {{ dbt.type_timestamp() }}) as as_of

),

{% else %}

latest as (

    {% for source_name in var('event_sources') %}
    select max(occurred_at) as latest_at from {{ ref('stg_' ~ source_name ~ '__events') }}
    union all
    {% endfor %}
    {% for source_name in var('order_sources') %}
    select max(ordered_at) as latest_at from {{ ref('stg_' ~ source_name ~ '__orders') }}
    union all
    select max(refunded_at) as latest_at from {{ ref('stg_' ~ source_name ~ '__refunds') }}
    union all
    {% endfor %}
    {% for source_name in var('message_sources') %}
    select max(occurred_at) as latest_at from {{ ref('stg_' ~ source_name ~ '__messages') }}
    union all
    {% endfor %}
    {% for source_name in var('customer_sources') %}
    select max(signed_up_at) as latest_at from {{ ref('stg_' ~ source_name ~ '__customers') }}
    union all
    {% endfor %}
    select max(answered_at) as latest_at from {{ ref('stg_shop__survey_responses') }}
    union all
    select max(opened_at) as latest_at from {{ ref('stg_shop__service_contacts') }}

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
