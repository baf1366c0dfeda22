with

customer_scores as (

    select * from {{ ref('customer_scores') }}

),

profile_segments as (

    select * from {{ ref('profile_segments') }}

),

segments as (

    select * from {{ ref('segments') }}

    where scheme = 'rfm'

),

labelled as (

    select
        ---------- ids
        customer_scores.customer_id,
        customer_scores.profile_id,
        customer_scores.as_of_date,

        ---------- what
        customer_scores.recency_days,
        customer_scores.frequency,
        customer_scores.monetary,
        customer_scores.recency_score,
        customer_scores.frequency_score,
        customer_scores.monetary_score,
        segments.segment as rfm_segment,
        segments.label_en as rfm_label_en,
        segments.label_nl as rfm_label_nl

    from customer_scores

    inner join profile_segments
        on
            customer_scores.profile_id = profile_segments.profile_id
            and customer_scores.as_of_date = profile_segments.as_of_date

    inner join segments
        on profile_segments.rfm = segments.rank

)

select * from labelled
