with

-- what decides besides the seeds
settings as (

    select
        'settings' as rule_seed,
        {{ row_key([
            "'" ~ var('session_timeout_minutes') ~ "'", "'" ~ var('industry') ~ "'",
            "'" ~ var('business_timezone') ~ "'", "'" ~ var('reporting_currency') ~ "'"
        ]) }} as fingerprint

),

seeds as (

    {% for rule_seed in [
        'attention_kinds', 'comparison_sites', 'engagement_tiers', 'event_taxonomy', 'exchange_rates', 'order_statuses',
        'rfm_scoring', 'rfm_segments', 'robot_limits', 'robots', 'style_thresholds'
    ] %}
    select
        '{{ rule_seed }}' as rule_seed,
        {{ dbt.hash(dbt.listagg(row_text('rules'), "'|'", 'order by ' ~ row_text('rules'))) }} as fingerprint
    from {{ ref(rule_seed) }} as rules  -- noqa: AL05, the macro reads the row by its alias

    union all
    {% endfor %}

    select * from settings

),

scheme_rules as (

    select * from {{ ref('scheme_rules') }}

),

versions as (

    select
        scheme_rules.scheme,
        {{ dbt.hash(dbt.listagg('seeds.fingerprint', "'|'", 'order by seeds.rule_seed')) }} as rules_version

    from scheme_rules

    inner join seeds
        on scheme_rules.rule_seed = seeds.rule_seed

    group by scheme_rules.scheme

)

select * from versions
