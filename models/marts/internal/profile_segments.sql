{{ config(materialized='incremental', incremental_strategy='replace_segments', on_schema_change='fail') }}

-- The rules are in the seed `segment_rules`: `segment_rank` writes those of a scheme into one expression.
{% set schemes = segment_rules() %}

with

features as (

    select * from {{ ref('profile_features') }}

),

scores as (

    select * from {{ ref('customer_scores') }}

),

responses as (

    select * from {{ ref('response_scores') }}

),

to_segment as (  -- noqa: ST03, a rebuild segments everyone

    select
        profile_id,
        as_of_date
    from {{ ref('int_profile_dates_this_run') }}

    union

    -- scores are relative: a customer's may change because of others
    select
        profile_id,
        as_of_date
    from (
        {{ changed_rows('customer_scores', except={
            'customer_id': 'the profile has one customer',
            'recency_days': 'a feature of the profile, which is recomputed when it changes',
            'frequency': 'a feature of the profile',
            'monetary': 'a feature of the profile',
            'frequency_monetary_score': 'follows from the two scores'
        }) }}
    ) as changed_scores

    union

    select
        profile_id,
        as_of_date
    from ({{ changed_rows('response_scores') }}) as changed_responses

),

profiles as (

    select
        features.*,
        scores.recency_score,
        scores.frequency_score,
        scores.monetary_score,
        scores.frequency_monetary_score,
        scores.margin_percent_rank,
        responses.offer_response_percent_rank

    from features

    {% if not is_rebuilt('profile_segments') %}
    inner join to_segment
        on
            features.profile_id = to_segment.profile_id
            and features.as_of_date = to_segment.as_of_date
    {% endif %}

    left join scores
        on
            features.profile_id = scores.profile_id
            and features.as_of_date = scores.as_of_date

    left join responses
        on
            features.profile_id = responses.profile_id
            and features.as_of_date = responses.as_of_date

),

segmented as (

    select
        ---------- ids
        profile_id,
        as_of_date,

        ---------- the segment of each scheme, by its rank
        {% for scheme in schemes -%}
        cast({{ segment_rank(schemes[scheme]) }} as tinyint) as {{ scheme }},
        {% endfor %}

        ---------- money
        net_revenue,
        margin

    from profiles

)

select * from segmented
