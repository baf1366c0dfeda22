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

by_quintile as (

    select
        ranked.*,
        recency.score as recency_quintile,
        frequency.score as frequency_quintile,
        monetary.score as monetary_score,
        recency_bands.score as recency_band,
        frequency_bands.score as frequency_band

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

    inner join {{ ref('rfm_scoring') }} as recency_bands
        on
            recency_bands.measure = 'recency'
            and ranked.recency_days >= recency_bands.min_value
            and ranked.recency_days < coalesce(recency_bands.max_value, ranked.recency_days + 1)

    inner join {{ ref('rfm_scoring') }} as frequency_bands
        on
            frequency_bands.measure = 'frequency'
            and ranked.frequency >= frequency_bands.min_value
            and ranked.frequency < coalesce(frequency_bands.max_value, ranked.frequency + 1)

),

score_counts as (

    select count(distinct score) as score_count from {{ ref('rfm_scoring') }}

),

given_scores as (

    select
        as_of_date,
        count(distinct recency_quintile) as recency_score_count,
        count(distinct frequency_quintile) as frequency_score_count

    from by_quintile

    group by as_of_date

),

-- Where ties leave a score without a customer, quintiles say little: then bands of days and of orders give it.
by_measure as (

    select
        by_quintile.*,
        case
            when given_scores.recency_score_count = score_counts.score_count then by_quintile.recency_quintile
            else by_quintile.recency_band
        end as recency_score,
        case
            when given_scores.frequency_score_count = score_counts.score_count then by_quintile.frequency_quintile
            else by_quintile.frequency_band
        end as frequency_score

    from by_quintile

    inner join given_scores
        on by_quintile.as_of_date = given_scores.as_of_date

    cross join score_counts

),

scored as (

    select
        ---------- ids
        customer_id,
        profile_id,
        as_of_date,

        ---------- what
        cast(recency_days as integer) as recency_days,
        frequency,
        monetary,
        cast(recency_score as tinyint) as recency_score,
        cast(frequency_score as tinyint) as frequency_score,
        cast(monetary_score as tinyint) as monetary_score,
        cast({{ frequency_monetary_score('frequency_score', 'monetary_score') }} as tinyint)
            as frequency_monetary_score,
        margin_percent_rank

    from by_measure

)

select * from scored
