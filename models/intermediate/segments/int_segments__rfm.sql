{{ config(materialized='view') }}

with

profiles as (

    select * from {{ ref('int_profiles_to_segment') }}

),

customer_rfm as (

    select * from {{ ref('int_customer_rfm') }}

)

select
    profiles.profile_id,
    profiles.as_of_date,
    coalesce(customer_rfm.rfm_segment, 'unassigned') as segment,
    case
        when customer_rfm.rfm_segment is null then 'no order of a known customer so far'
        else {{ dbt.concat([
            "'recency '", text('customer_rfm.recency_score'), "', frequency '", text('customer_rfm.frequency_score'),
            "', monetary '", text('customer_rfm.monetary_score')
        ]) }}
    end as reason

from profiles

left join customer_rfm
    on
        profiles.profile_id = customer_rfm.profile_id
        and profiles.as_of_date = customer_rfm.as_of_date
