-- depends_on: {{ ref('int_customer_rfm') }}
with

profile_dates as (

    select
        profile_id,
        as_of_date

    from {{ ref('int_profile_dates') }}

)

select * from profile_dates

{% if not is_rebuilt('segment_memberships') %}

union

-- scores are relative: a customer's may change because of others
select
    profile_id,
    as_of_date
from (
    {{ changed_rows('int_customer_rfm', [
        'profile_id', 'as_of_date', 'recency_score', 'frequency_score', 'monetary_score', 'rfm_segment'
    ]) }}
) as changed_scores

{% endif %}
