-- What decides a scheme: its rules and the ranks of its segments, the seeds behind the features that these take, and
-- some vars. All these seeds are there once the features are:
-- depends_on: {{ ref('profile_features') }}
{% set seeds = seeds_of_schemes() %}

with

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

    {% for seed in seeds.values() | sum(start=[]) | unique | sort %}
    union all

    select
        scheme_seeds.scheme,
        {{ dbt.concat(["'" ~ seed ~ "'", "'|'", row_text('rules')]) }} as fingerprint
    from {{ existing_relation(seed) }} as rules
    cross join (
        select scheme from {{ ref('scheme_definitions') }}
        where scheme in (
            {%- for scheme in seeds if seed in seeds[scheme] %}'{{ scheme }}'{{ ', ' if not loop.last }}{% endfor -%}
        )
    ) as scheme_seeds
    {% endfor %}

    union all

    select
        scheme,
        {{ dbt.concat([
            "'" ~ var('session_timeout_minutes') ~ "'", "'|'", "'" ~ var('industry') ~ "'", "'|'",
            "'" ~ var('business_timezone') ~ "'", "'|'", "'" ~ var('reporting_currency') ~ "'"
        ]) }} as fingerprint
    from {{ ref('scheme_definitions') }}

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

        ---------- by which rules
        versions.rules_version

    from {{ ref('scheme_definitions') }} as definitions

    inner join versions
        on definitions.scheme = versions.scheme

)

select * from schemes
