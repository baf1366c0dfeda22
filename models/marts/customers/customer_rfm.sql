with

customer_rfm as (

    select * from {{ ref('int_customer_rfm') }}

),

segments as (

    select * from {{ ref('segment_definitions') }}

    where scheme = 'rfm'

),

labelled as (

    select
        ---------- ids
        customer_rfm.customer_id,
        customer_rfm.profile_id,
        customer_rfm.as_of_date,

        ---------- what
        cast(customer_rfm.recency_days as integer) as recency_days,
        customer_rfm.frequency,
        customer_rfm.monetary,
        cast(customer_rfm.recency_score as tinyint) as recency_score,
        cast(customer_rfm.frequency_score as tinyint) as frequency_score,
        cast(customer_rfm.monetary_score as tinyint) as monetary_score,
        customer_rfm.rfm_segment,
        segments.label_en as rfm_label_en,
        segments.label_nl as rfm_label_nl

    from customer_rfm

    left join segments
        on customer_rfm.rfm_segment = segments.segment

)

select * from labelled
