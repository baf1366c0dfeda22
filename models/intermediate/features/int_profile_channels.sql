{{ config(materialized='view') }}

{% set channels = ['email', 'sms', 'post'] %}
{# a call is no message: who may be called may be written to as well #}
{% set consented_channels = channels + ['phone'] %}

-- Consent goes first: a channel that was not agreed to, as far as is known, or was refused since, is none.
with

customers as (

    select * from {{ ref('int_profile_dates_this_run') }}

    where customer_id is not null and {{ is_in_batch() }}

),

attributes as (

    select * from {{ ref('int_profile_attributes') }}

),

messages as (

    select * from {{ ref('int_profile_messages') }}

),

reachable as (

    select
        customers.profile_date_number,
        attributes.preferred_channel,
        -- noqa: disable=LT02
        {%- for channel in consented_channels %}
        coalesce(
            concat(',', replace(lower(attributes.consents), ' ', ''), ',') like '%,{{ channel }},%'
            and (
                messages.{{ channel }}_refused_date is null
                or messages.{{ channel }}_refused_date < attributes.consents_since
            ),
            false
        ) as is_{{ channel }}_open,
        {%- endfor %}
        {%- for channel in channels %}
        coalesce(messages.{{ channel }}_response_count_365d, 0) as {{ channel }}_response_count
        {%- if not loop.last %},{% endif %}
        {%- endfor %}

    from customers

    left join attributes
        on customers.profile_date_number = attributes.profile_date_number

    left join messages
        on customers.profile_date_number = messages.profile_date_number

),

-- responses count where the channel is open
answered as (

    select
        *,
        greatest(
            {%- for channel in channels %}
            case when is_{{ channel }}_open then {{ channel }}_response_count else 0 end
            {%- if not loop.last %},{% endif %}
            {%- endfor %}
        ) as most_responses

    from reachable

),

chosen as (

    select
        profile_date_number,
        most_responses as channel_response_count_365d,
        case
            {%- for channel in channels %}
            when preferred_channel = '{{ channel }}' and is_{{ channel }}_open then '{{ channel }}'
            {%- endfor %}
            {%- for channel in channels %}
            when most_responses > 0 and is_{{ channel }}_open and {{ channel }}_response_count = most_responses
                then '{{ channel }}'
            {%- endfor %}
            {%- for channel in channels %}
            when is_{{ channel }}_open then '{{ channel }}'
            {%- endfor %}
            else 'none'
        end as contact_channel,
        preferred_channel,
        is_phone_open as may_be_called

    from answered

)

select
    profile_date_number,
    contact_channel,
    case
        when contact_channel = 'none' then 'no consent'
        when contact_channel = preferred_channel then 'asked for'
        when channel_response_count_365d > 0 then 'responds'
        else 'agreed to'
    end as contact_channel_basis,
    may_be_called

from chosen
