with

messages as (

    select * from {{ ref('stg_shop__messages') }}

    where
        message_action in ('opened', 'clicked')
        {% if not is_rebuilt('int_message_responses') %}
        and _load_id > {{ last_load_id('int_message_responses') }}
        {% endif %}
        and occurred_at <= (select as_of from {{ ref('int_as_of') }})

)

select
    {{ profile_key('customer_id', 'cast(null as ' ~ dbt.type_string() ~ ')') }} as profile_id,
    cast({{ in_business_timezone('occurred_at') }} as date) as response_date,
    max(_load_id) as last_load_id

from messages

group by 1, 2
