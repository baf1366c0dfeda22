{#
    Fails with a sentence for each rule of a scheme that is wrong, before any data meets it: one that names what is
    not there or can never hold, two that overlap, and what no rule covers.

    Rules are compared on representatives. A number changes what holds only at a bound of some condition, so the bounds
    themselves and one value below all of them stand for every number; a text has the values that `profile_features`
    says it can have. All combinations of the representatives of a scheme's features are tried, so nothing is missed.

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

    select scheme from {{ ref('scheme_definitions') }}

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
    where rules.is_value is not null

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

matches as (

    select
        kept.scheme,
        kept.cell,
        kept.rule,
        kept.segment

    from kept

    inner join conditions
        on
            kept.scheme = conditions.scheme
            and kept.rule = conditions.rule
            and kept.kept_count = conditions.condition_count

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
            "') can never hold'"
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
    left join rules
        on definitions.scheme = rules.scheme and definitions.segment = rules.segment
    where rules.segment is null and definitions.segment <> 'unassigned'

    union all

    select distinct
        rules.scheme,
        {{ dbt.concat([
            "'scheme '", 'rules.scheme', "': rule '", text('rules.rule'), "' gives segment '", 'rules.segment',
            "', which segment_definitions does not list'"
        ]) }} as problem
    from rules
    left join definitions
        on rules.scheme = definitions.scheme and rules.segment = definitions.segment
    where definitions.segment is null

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
        {{ dbt.concat(["'scheme '", 'schemes.scheme', "' lacks the segment unassigned in segment_definitions'"]) }} as problem
    from schemes
    left join definitions
        on schemes.scheme = definitions.scheme and definitions.segment = 'unassigned'
    where definitions.segment is null

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
