{# kept beside, and before the transaction: one transaction writes to one database #}
{{ config(
    materialized='incremental',
    incremental_strategy='replace_segments',
    on_schema_change='fail',
    pre_hook=before_begin("{{ keep_segments_before() }}")
) }}

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

    {{ profile_dates_to_segment() }}

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

{{ union_carried_rows(['profile_id', 'as_of_date'] + schemes | list + ['net_revenue', 'margin'], except='to_segment') }}
