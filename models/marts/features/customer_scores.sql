{# kept beside, and before the transaction: one transaction writes to one database #}
{{ config(pre_hook=before_begin("{{ keep_before() }}")) }}

with

ordering_customers as (

    select
        profile_id,
        customer_id,
        as_of_date,
        days_since_last_order as recency_days,
        order_count as frequency,
        net_revenue as monetary,
        order_count_365d,
        contribution_margin_365d

    from {{ ref('profile_features') }}

    where customer_id is not null and order_count > 0

),

-- Equal values have equally many customers strictly below them, so they get equal scores.
ranked as (

    select
        *,
        count(*) over (partition by as_of_date) as customer_count,
        rank() over (partition by as_of_date order by recency_days desc) - 1 as less_recent,
        rank() over (partition by as_of_date order by frequency) - 1 as less_frequent,
        rank() over (partition by as_of_date order by monetary) - 1 as less_monetary,
        -- of those who bought within the year
        case
            when order_count_365d > 0
                then
                    (rank() over (partition by as_of_date, order_count_365d > 0 order by contribution_margin_365d) - 1)
                    / cast(count(*) over (partition by as_of_date, order_count_365d > 0) as double)
        end as margin_percent_rank

    from ordering_customers

),

scored as (

    select
        ---------- ids
        ranked.customer_id,
        ranked.profile_id,
        ranked.as_of_date,

        ---------- what
        cast(ranked.recency_days as integer) as recency_days,
        ranked.frequency,
        ranked.monetary,
        cast(recency.score as tinyint) as recency_score,
        cast(frequency.score as tinyint) as frequency_score,
        cast(monetary.score as tinyint) as monetary_score,
        cast({{ frequency_monetary_score('frequency.score', 'monetary.score') }} as tinyint)
            as frequency_monetary_score,
        ranked.margin_percent_rank

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

)

select * from scored
