{{ portable_mart_view() }}

-- A view, so that nothing is stored twice: the segments are in `profile_segments`, and the reasons are made of
-- `profile_features` when they are read. A query of one scheme reads that scheme's column only.
{% set templates = reason_templates() %}
{% set languages = reason_languages() %}
{% set rules = segment_rules() %}
{% set own_reasons = rule_reasons() %}

with

profile_segments as (

    select * from {{ ref('profile_segments').include(database=false) }}

),

described as (

    select
        features.*,
        scores.recency_score,
        scores.frequency_score,
        scores.monetary_score,
        scores.frequency_monetary_score,
        scores.margin_percent_rank,
        responses.offer_response_percent_rank

    from {{ ref('profile_features').include(database=false) }} as features

    left join {{ ref('customer_scores').include(database=false) }} as scores
        on features.profile_id = scores.profile_id and features.as_of_date = scores.as_of_date

    left join {{ ref('response_scores').include(database=false) }} as responses
        on features.profile_id = responses.profile_id and features.as_of_date = responses.as_of_date

),

segments as (

    select * from {{ ref('segments').include(database=false) }}

),

segment_schemes as (

    select * from {{ ref('segment_schemes').include(database=false) }}

),

memberships as (

    {% for scheme in schemes() %}
    {% set template = templates.get(scheme, {}) %}
    {% set scheme_rules = rules.get(scheme, {}).get('rules', []) %}
    {% set own_en, own_nl = {}, {} %}
    {% for rule, reasons in own_reasons.get(scheme, {}).items() %}
    {% do own_en.update({rule: reasons.en}) %}
    {% do own_nl.update({rule: reasons.nl}) %}
    {% endfor %}
    select
        profile_segments.profile_id,
        '{{ scheme }}' as scheme,
        profile_segments.as_of_date,
        segments.segment,
        case
            when segments.segment = 'unknown' then {{ reason(template.unassigned_en, 'described', languages.en) }}
            when not segments.is_applicable then {{ dbt.concat(['segments.description_en', "'.'"]) }}
            else {{ reason_by_rule(template.reason_en, scheme_rules, own_en, 'described', languages.en) }}
        end as reason_en,
        case
            when segments.segment = 'unknown' then {{ reason(template.unassigned_nl, 'described', languages.nl) }}
            when not segments.is_applicable then {{ dbt.concat(['segments.description_nl', "'.'"]) }}
            else {{ reason_by_rule(template.reason_nl, scheme_rules, own_nl, 'described', languages.nl) }}
        end as reason_nl,
        segment_schemes.rules_version

    from profile_segments

    inner join segments
        on segments.scheme = '{{ scheme }}' and profile_segments.{{ scheme }} = segments.rank

    inner join segment_schemes
        on segment_schemes.scheme = '{{ scheme }}'

    inner join described
        on profile_segments.profile_id = described.profile_id and profile_segments.as_of_date = described.as_of_date
    {% if not loop.last %}union all{% endif %}
    {% endfor %}

)

select
    profile_id,
    scheme,
    as_of_date,
    segment,
    -- the name that it had before there were two languages
    reason_en as reason,
    reason_nl,
    rules_version,
    reason_en

from memberships
