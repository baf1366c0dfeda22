-- A version is a hash of what decides a scheme's segments: its own rules, and everything behind the features, which has
-- one version for all schemes. The seeds behind the features are read by name, and are there once the features are:
-- depends_on: {{ ref('profile_features') }}
-- depends_on: {{ ref('customer_scores') }}
-- depends_on: {{ ref('response_scores') }}
with

behind_features as (

    {% for seed in seeds_behind_features() %}
    select {{ dbt.concat(["'" ~ seed ~ "'", "'|'", row_text('seed')]) }} as fingerprint
    from {{ existing_relation(seed) }} as seed  -- noqa: AL05, the macro reads the row by its alias
    union all
    {% endfor %}
    {% for name in ['session_timeout_minutes', 'session_rule', 'industry', 'business_timezone', 'reporting_currency'] %}
    select '{{ name }}|{{ var(name) }}' as fingerprint
    {% if not loop.last %}union all{% endif %}
    {% endfor %}

),

features_version as (

    select {{ dbt.hash(dbt.listagg('fingerprint', "'|'", 'order by fingerprint')) }} as fingerprint

    from behind_features

),

rules as (

    select
        scheme,
        {{ row_text('segment_rules') }} as fingerprint
    from {{ ref('segment_rules') }} as segment_rules  -- noqa: AL05, the macro reads the row by its alias

    union all

    select
        scheme,
        {{ dbt.concat(['segment', "'|'", text('rank')]) }} as fingerprint
    from {{ ref('segment_definitions') }}

    union all

    select
        scheme,
        hit_policy as fingerprint
    from {{ ref('scheme_definitions') }}

    union all

    select
        definitions.scheme,
        features_version.fingerprint
    from {{ ref('scheme_definitions') }} as definitions
    cross join features_version

),

versions as (

    select
        scheme,
        {{ dbt.hash(dbt.listagg('fingerprint', "'|'", 'order by fingerprint')) }} as rules_version

    from rules

    group by scheme

),

schemes as (

    select
        ---------- ids
        definitions.scheme,

        ---------- what
        definitions.label_en,
        definitions.label_nl,
        definitions.description_en,
        definitions.description_nl,
        definitions.source,
        cast(definitions.position as integer) as position,
        definitions.kind,

        ---------- by which rules
        versions.rules_version

    from {{ ref('scheme_definitions') }} as definitions

    inner join versions
        on definitions.scheme = versions.scheme

)

select * from schemes
