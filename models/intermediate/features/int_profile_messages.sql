{{ config(materialized='view') }}

with

messages as (

    select * from {{ ref('int_messages') }}

    where not is_held_out

),

profile_dates as (

    select * from {{ ref('int_profile_dates_this_run') }}

    where {{ is_in_batch() }}

)

select
    profile_dates.profile_date_number,
    count(
        case
            when
                messages.message_action = 'clicked'
                and messages.message_date > {{ dbt.dateadd('day', -90, 'profile_dates.as_of_date') }}
                then 1
        end
    ) as message_click_count_90d,
    -- noqa: disable=LT02
    {%- for channel in ['email', 'sms', 'post', 'phone'] %}
    count(
        case
            when
                messages.channel = '{{ channel }}'
                and messages.message_action in ('opened', 'clicked')
                and messages.message_date > {{ dbt.dateadd('day', -365, 'profile_dates.as_of_date') }}
                then 1
        end
    ) as {{ channel }}_response_count_365d,
    max(
        case
            when messages.channel = '{{ channel }}' and messages.message_action in ('unsubscribed', 'complained')
                then messages.message_date
        end
    ) as {{ channel }}_refused_date
    {%- if not loop.last %},{% endif %}
    {%- endfor %}

from messages

inner join profile_dates
    on
        messages.profile_id = profile_dates.profile_id
        and messages.message_date <= profile_dates.as_of_date

where messages.message_action <> 'sent' and messages.message_action <> 'delivered'

group by profile_dates.profile_date_number
