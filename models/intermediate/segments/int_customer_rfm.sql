{{ config(pre_hook="{{ keep_before() }}") }}

with

ordering_customers as (

    select
        profile_id,
        customer_id,
        as_of_date,
        days_since_last_order as recency_days,
        order_count as frequency,
        net_revenue as monetary

    from {{ ref('int_profile_features') }}

    where customer_id is not null and order_count > 0

),

-- Equal values have equally many customers strictly below them, so they get equal scores.
ranked as (

    select
        *,
        count(*) over (partition by as_of_date) as customer_count,
        rank() over (partition by as_of_date order by recency_days desc) - 1 as less_recent,
        rank() over (partition by as_of_date order by frequency) - 1 as less_frequent,
        rank() over (partition by as_of_date order by monetary) - 1 as less_monetary

    from ordering_customers

),

scored as (

    select
        ranked.profile_id,
        ranked.customer_id,
        ranked.as_of_date,
        ranked.recency_days,
        ranked.frequency,
        ranked.monetary,
        recency.score as recency_score,
        frequency.score as frequency_score,
        monetary.score as monetary_score,
        {{ frequency_monetary_score('frequency.score', 'monetary.score') }} as frequency_monetary_score

    from ranked

    inner join {{ ref('rfm_scoring') }} as recency
        on
            recency.measure = 'recency'
            and ranked.less_recent >= recency.min_share_below * ranked.customer_count
            and ranked.less_recent < recency.max_share_below * ranked.customer_count

    inner join {{ ref('rfm_scoring') }} as frequency
        on
            frequency.measure = 'frequency'
            and ranked.less_frequent >= frequency.min_share_below * ranked.customer_count
            and ranked.less_frequent < frequency.max_share_below * ranked.customer_count

    inner join {{ ref('rfm_scoring') }} as monetary
        on
            monetary.measure = 'monetary'
            and ranked.less_monetary >= monetary.min_share_below * ranked.customer_count
            and ranked.less_monetary < monetary.max_share_below * ranked.customer_count

),

segmented as (

    select
        scored.*,
        rfm_segments.rfm_segment

    from scored

    inner join {{ ref('rfm_segments') }} as rfm_segments
        on
            scored.recency_score between rfm_segments.min_recency_score and rfm_segments.max_recency_score
            and scored.frequency_monetary_score
            between rfm_segments.min_frequency_monetary_score and rfm_segments.max_frequency_monetary_score

)

select * from segmented
