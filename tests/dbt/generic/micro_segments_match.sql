{#
    Fails with a sentence for each micro-segment without conditions, and each condition on a micro-segment, a scheme, a
    segment or a feature that does not exist, on both a scheme and a feature or neither, or without a bound.

    model: the seed `micro_segment_rules`.
#}
{% test micro_segments_match(model) %}

with

rules as (

    select * from {{ model }}

),

micro_segments as (

    select * from {{ ref('micro_segments') }}

),

definitions as (

    select
        scheme,
        {{ dbt.concat(["'|'", dbt.listagg('segment', "'|'"), "'|'"]) }} as segments

    from {{ ref('segment_definitions') }}

    group by scheme

),

numbers as (

    {{ dbt.generate_series(100) }}

),

named as (

    select
        rules.micro_segment,
        rules.scheme,
        {{ dbt.split_part('rules.is_value', "'|'", 'cast(numbers.generated_number as integer)') }} as segment

    from rules

    cross join numbers

    where rules.scheme is not null

)

select {{ dbt.concat(["'micro-segment '", 'micro_segment', "' has no row in micro_segment_rules'"]) }} as problem
from micro_segments
where micro_segment not in (select micro_segment from rules)

union all

select {{ dbt.concat(["'micro-segment '", 'micro_segment', "' has rules and is not in the seed micro_segments'"]) }} as problem
from rules
where micro_segment not in (select micro_segment from micro_segments)

union all

select {{ dbt.concat(["'micro-segment '", 'micro_segment', "' has a condition that is not on either a scheme or a feature'"]) }} as problem
from rules
where (scheme is null) = (feature is null)

union all

select {{ dbt.concat(["'micro-segment '", 'micro_segment', "' takes the scheme '", 'scheme', "', which does not exist'"]) }} as problem
from rules
where scheme not in (select scheme from definitions)

union all

select {{ dbt.concat(["'micro-segment '", 'micro_segment', "' takes no segment of the scheme '", 'scheme']) }} as problem
from rules
where scheme is not null and is_value is null

union all

select {{ dbt.concat([
    "'micro-segment '", 'named.micro_segment', "' takes the segment '", 'named.segment', "', which '", 'named.scheme',
    "' does not have'"
]) }} as problem
from named
inner join definitions
    on named.scheme = definitions.scheme
where
    named.segment <> ''
    and definitions.segments not like {{ dbt.concat(["'%|'", 'named.segment', "'|%'"]) }}

union all

select {{ dbt.concat([
    "'micro-segment '", 'micro_segment', "' takes '", 'feature', "', which is no feature of profile_features'"
]) }} as problem
from rules
where feature not in (
    {%- for feature in micro_segment_features() %}
    '{{ feature }}',
    {%- endfor %}
    ''
)

{% endtest %}
