{#
    Fails with a sentence for each rule of a scheme that is wrong, before any data meets it: one that names what is
    not there or can never be reached, two that overlap, what no rule covers, and one that describes a customer without
    consent to profiling. In a scheme with the hit policy `first`
    rules may overlap, and the first one that holds is the one that is reached.

    Rules are compared on representatives. A number changes what holds only at a bound of some condition, so the bounds
    themselves and one value below all of them represent every number; a text has the values that the column of
    `profile_features` lists. All combinations of the representatives of a scheme's features are tried.

    model: the seed `segment_rules`.
#}
{% test rules_partition(model) %}

-- depends_on: {{ ref('occasions') }}
-- depends_on: {{ ref('interest_taxonomy') }}
-- depends_on: {{ ref('survey_answers') }}
{{ config(meta={'shows_rows': true}) }}

{% set most_cells = 20000 %}

with

rules as (

    select * from {{ model }}

),

definitions as (

    select * from {{ ref('segment_definitions') }}

),

schemes as (

    select
        scheme,
        kind,
        hit_policy
    from {{ ref('scheme_definitions') }}

),

features as (

    {% for feature in features_of_rules() %}
    select '{{ feature }}' as feature
    {% if not loop.last %}union all{% endif %}
    {% endfor %}

),

texts as (

    {{ values_of_features() }}

),

---------- representatives

bounds as (

    select distinct scheme, feature, at_least as bound from rules where at_least is not null
    union
    select distinct scheme, feature, below as bound from rules where below is not null

),

points as (

    select scheme, feature, bound as number_value, cast(null as {{ dbt.type_string() }}) as text_value
    from bounds

    union all

    select scheme, feature, min(bound) - 1 as number_value, cast(null as {{ dbt.type_string() }}) as text_value
    from bounds
    group by scheme, feature

    union all

    select distinct rules.scheme, rules.feature, cast(null as decimal(18, 4)) as number_value, texts.text_value
    from rules
    inner join texts on rules.feature = texts.feature

    union all

    -- a number that no condition of the scheme bounds: any value of it will do
    select
        scheme,
        feature,
        cast(0 as decimal(18, 4)) as number_value,
        cast(null as {{ dbt.type_string() }}) as text_value
    from rules
    where feature not in (select feature from texts)
    group by scheme, feature
    having max(at_least) is null and max(below) is null

),

numbered_points as (

    select
        *,
        row_number() over (partition by scheme, feature order by number_value, text_value) - 1 as nth_point,
        count(*) over (partition by scheme, feature) as point_count

    from points

),

strides as (

    select
        scheme,
        feature,
        point_count,
        -- how many combinations the features before it have
        coalesce(
            round(exp(sum(ln(point_count)) over (
                partition by scheme order by feature rows between unbounded preceding and 1 preceding
            ))),
            1
        ) as stride,
        round(exp(sum(ln(point_count)) over (partition by scheme))) as cell_count

    from (select distinct scheme, feature, point_count from numbered_points) as counted

),

cells as (

    select
        counted.scheme,
        numbers.generated_number - 1 as cell

    from (select scheme, max(cell_count) as cell_count from strides group by scheme) as counted

    inner join ({{ dbt.generate_series(most_cells) }}) as numbers
        on numbers.generated_number <= counted.cell_count

),

cell_points as (

    select
        cells.scheme,
        cells.cell,
        numbered_points.feature,
        numbered_points.number_value,
        numbered_points.text_value

    from cells

    inner join strides
        on cells.scheme = strides.scheme

    inner join numbered_points
        on
            strides.scheme = numbered_points.scheme
            and strides.feature = numbered_points.feature
            and mod(cast(floor(cells.cell / strides.stride) as bigint), strides.point_count) = numbered_points.nth_point

),

examples as (

    select
        scheme,
        cell,
        {{ dbt.listagg(
            dbt.concat(['feature', "' = '", "coalesce(text_value, trim(trailing '.' from trim(trailing '0' from " ~ text('number_value') ~ ")))"]),
            "', '", 'order by feature'
        ) }} as example

    from cell_points

    group by scheme, cell

),

---------- which rules hold where

kept as (

    select
        cell_points.scheme,
        cell_points.cell,
        rules.rule,
        max(rules.segment) as segment,
        count(
            case
                when
                    (rules.at_least is null or cell_points.number_value >= rules.at_least)
                    and (rules.below is null or cell_points.number_value < rules.below)
                    and (
                        rules.is_value is null
                        or {{ dbt.concat(["'|'", 'rules.is_value', "'|'"]) }}
                        like {{ dbt.concat(["'%|'", 'cell_points.text_value', "'|%'"]) }}
                    )
                    then 1
            end
        ) as kept_count

    from cell_points

    inner join rules
        on cell_points.scheme = rules.scheme and cell_points.feature = rules.feature

    group by cell_points.scheme, cell_points.cell, rules.rule

),

conditions as (

    select
        scheme,
        rule,
        max(segment) as segment,
        count(*) as condition_count

    from rules

    group by scheme, rule

),

holding as (

    select
        kept.scheme,
        kept.cell,
        kept.rule,
        row_number() over (partition by kept.scheme, kept.cell order by kept.rule) as nth_holding

    from kept

    inner join conditions
        on
            kept.scheme = conditions.scheme
            and kept.rule = conditions.rule
            and kept.kept_count = conditions.condition_count

),

-- the rules that are reached: with `first` only the first that holds
matches as (

    select
        holding.scheme,
        holding.cell,
        holding.rule

    from holding

    left join schemes
        on holding.scheme = schemes.scheme

    where coalesce(schemes.hit_policy, 'unique') = 'unique' or holding.nth_holding = 1

),

match_counts as (

    select
        examples.scheme,
        examples.cell,
        examples.example,
        count(matches.rule) as match_count,
        min(matches.rule) as first_rule,
        max(matches.rule) as last_rule

    from examples

    left join matches
        on examples.scheme = matches.scheme and examples.cell = matches.cell

    group by examples.scheme, examples.cell, examples.example

),

---------- which segments the rules give

given_segments as (

    select distinct
        scheme,
        rule,
        segment
    from rules
    where segment not like '{_%'

    union all

    -- `{feature}`: each text of the feature for which the rule is reached
    select distinct
        matches.scheme,
        matches.rule,
        cell_points.text_value as segment
    from matches
    inner join conditions
        on matches.scheme = conditions.scheme and matches.rule = conditions.rule
    inner join cell_points
        on
            matches.scheme = cell_points.scheme
            and matches.cell = cell_points.cell
            and conditions.segment = {{ dbt.concat(["'{'", 'cell_points.feature', "'}'"]) }}

),

problems as (

    select
        scheme,
        {{ dbt.concat(["'scheme '", 'scheme', "' leaves a hole: no rule holds for '", 'min(example)']) }} as problem
    from match_counts
    where match_count = 0
    group by scheme

    union all

    select
        scheme,
        {{ dbt.concat([
            "'scheme '", 'scheme', "' overlaps: rules '", text('first_rule'), "' and '", text('last_rule'),
            "' both hold for '", 'min(example)'
        ]) }} as problem
    from match_counts
    where match_count > 1
    group by scheme, first_rule, last_rule

    union all

    select
        conditions.scheme,
        {{ dbt.concat([
            "'scheme '", 'conditions.scheme', "': rule '", text('conditions.rule'), "' ('", 'conditions.segment',
            "') can never be reached'"
        ]) }} as problem
    from conditions
    left join matches
        on conditions.scheme = matches.scheme and conditions.rule = matches.rule
    where matches.rule is null

    union all

    select
        definitions.scheme,
        {{ dbt.concat([
            "'scheme '", 'definitions.scheme', "': no rule gives segment '", 'definitions.segment',
            "', which segment_definitions lists'"
        ]) }} as problem
    from definitions
    left join given_segments
        on definitions.scheme = given_segments.scheme and definitions.segment = given_segments.segment
    where given_segments.segment is null and definitions.segment <> 'unknown'

    union all

    select
        given_segments.scheme,
        {{ dbt.concat([
            "'scheme '", 'given_segments.scheme', "': rule '", text('given_segments.rule'), "' gives segment '",
            'given_segments.segment', "', which segment_definitions does not list'"
        ]) }} as problem
    from given_segments
    left join definitions
        on given_segments.scheme = definitions.scheme and given_segments.segment = definitions.segment
    where definitions.segment is null

    union all

    select
        scheme,
        {{ dbt.concat([
            "'scheme '", 'scheme', "': rule '", text('rule'), "' gives '", 'max(segment)',
            "' and has no condition on that feature, which must be a text with listed values'"
        ]) }} as problem
    from rules
    where segment like '{_%'
    group by scheme, rule
    having
        count(
            case
                when
                    segment = {{ dbt.concat(["'{'", 'feature', "'}'"]) }}
                    and feature in (select feature from texts)
                    then 1
            end
        ) = 0

    union all

    select distinct
        rules.scheme,
        {{ dbt.concat([
            "'scheme '", 'rules.scheme', "': rule '", text('rules.rule'), "' takes '", 'rules.feature',
            "', which is no feature'"
        ]) }} as problem
    from rules
    left join features
        on rules.feature = features.feature
    where features.feature is null

    union all

    select
        schemes.scheme,
        {{ dbt.concat(["'scheme '", 'schemes.scheme', "' lacks the segment unknown in segment_definitions'"]) }} as problem
    from schemes
    left join definitions
        on schemes.scheme = definitions.scheme and definitions.segment = 'unknown'
    where definitions.segment is null

    union all

    select
        schemes.scheme,
        {{ dbt.concat([
            "'scheme '", 'schemes.scheme', "' is '", 'schemes.kind', "' and lacks the segment no_consent in segment_definitions'"
        ]) }} as problem
    from schemes
    left join definitions
        on schemes.scheme = definitions.scheme and definitions.segment = 'no_consent'
    where schemes.kind in ('{{ describing_kinds() | join("', '") }}') and definitions.segment is null

    union all

    -- of a customer without consent to profiling no other rule is read
    select distinct
        matches.scheme,
        {{ dbt.concat([
            "'scheme '", 'matches.scheme', "': rule '", text('matches.rule'), "' ('", 'conditions.segment',
            "') holds without consent to profiling'"
        ]) }} as problem
    from matches
    inner join conditions
        on matches.scheme = conditions.scheme and matches.rule = conditions.rule
    inner join cell_points
        on
            matches.scheme = cell_points.scheme
            and matches.cell = cell_points.cell
            and cell_points.feature = 'may_be_profiled'
            and cell_points.text_value = 'false'
    where conditions.segment <> 'no_consent'

    union all

    select distinct
        given.scheme,
        {{ dbt.concat(["'scheme '", 'given.scheme', "' is in one of the seeds only: scheme_definitions and segment_rules'"]) }} as problem
    from (
        select scheme from rules
        union all
        select scheme from schemes
    ) as given
    where given.scheme not in (select scheme from rules) or given.scheme not in (select scheme from schemes)

    union all

    select
        rules.scheme,
        {{ dbt.concat([
            "'scheme '", 'rules.scheme', "': rule '", text('rules.rule'), "' has several segments: '", 'min(rules.segment)',
            "' and '", 'max(rules.segment)'
        ]) }} as problem
    from rules
    group by rules.scheme, rules.rule
    having min(rules.segment) <> max(rules.segment)

    union all

    select
        scheme,
        {{ dbt.concat(["'scheme '", 'scheme', "' has too many combinations of values to try: '", text('max(cell_count)')]) }} as problem
    from strides
    group by scheme
    having max(cell_count) > {{ most_cells }}

)

select problem from problems

{% endtest %}
