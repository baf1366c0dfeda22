{%- set instants = {
    'events': 'occurred_at',
    'orders': 'ordered_at',
    'refunds': 'refunded_at',
    'customers': 'signed_up_at',
    'messages': 'occurred_at',
    'survey_responses': 'answered_at',
    'service_contacts': 'opened_at',
    'loyalty_memberships': 'joined_at'
} -%}

with

{% if var('as_of') %}

as_of as (

    select cast('{{ var("as_of") }}' as {{ dbt.type_timestamp() }}) as as_of

),

{% else %}

landed_files as (

    select * from {{ ref('stg_landing__landed_files') }}

),

latest as (

    {% for object_name, instant in instants.items() %}
    select
        _load_id,
        max({{ instant }}) as latest_at
    from (
        {{ union_sources(object_name) }}
    ) as {{ object_name }}
    group by _load_id
    {% if not loop.last %}union all{% endif %}
    {% endfor %}

),

-- a clock that is ahead says when it landed at the latest
as_of as (

    select
        max(case when latest.latest_at > landed_files.loaded_at then landed_files.loaded_at else latest.latest_at end)
            as as_of

    from latest

    left join landed_files
        on latest._load_id = landed_files.load_id

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
