{# kept beside, and before the transaction: one transaction writes to one database #}
{{ config(pre_hook=before_begin("{{ keep_before() }}")) }}

with

responding as (

    select
        profile_id,
        as_of_date,
        offer_response_count_90d

    from {{ ref('profile_features') }}

    where offer_response_count_90d > 0

),

-- equal numbers have equally many profiles below them
ranked as (

    select
        profile_id,
        as_of_date,
        (rank() over (partition by as_of_date order by offer_response_count_90d) - 1)
        / cast(count(*) over (partition by as_of_date) as double) as offer_response_percent_rank

    from responding

)

select * from ranked
