{#
    Fails with a sentence for each rule of an audience that names an audience, a scheme or a segment which its seed does
    not list: nobody would be in the audience.

    model: the seed `audience_rules`.
#}
{% test audiences_match_segments(model) %}

with

rules as (

    select * from {{ model }}

),

audiences as (

    select * from {{ ref('audiences') }}

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
        rules.audience,
        rules.scheme,
        {{ dbt.split_part('rules.segments', "'|'", 'cast(numbers.generated_number as integer)') }} as segment

    from rules

    cross join numbers

)

select {{ dbt.concat(["'audience '", 'audience', "' has rules and is not in the seed audiences'"]) }} as problem
from rules
where audience not in (select audience from audiences)

union all

select {{ dbt.concat(["'audience '", 'audience', "' takes the scheme '", 'scheme', "', which does not exist'"]) }} as problem
from rules
where scheme not in (select scheme from definitions)

union all

select {{ dbt.concat([
    "'audience '", 'named.audience', "' takes the segment '", 'named.segment', "', which '", 'named.scheme', "' does not have'"
]) }} as problem
from named
inner join definitions
    on named.scheme = definitions.scheme
where
    named.segment <> ''
    and definitions.segments not like {{ dbt.concat(["'%|'", 'named.segment', "'|%'"]) }}

{% endtest %}
