{{ config(meta={'shows_rows': true, 'dagster': {'ref': {'name': 'rfm_segments'}}}) }}

-- Each of the 125 cells of scores belongs to one rule of `rfm_segments`, and each rule has a cell.
with

scores as (

    select distinct score from {{ ref('rfm_scoring') }}

),

cells as (

    select
        recency.score as recency_score,
        frequency.score as frequency_score,
        monetary.score as monetary_score
    from scores as recency
    cross join scores as frequency
    cross join scores as monetary

),

matches as (

    select
        cells.recency_score,
        cells.frequency_score,
        cells.monetary_score,
        rules.rule

    from cells

    full outer join {{ ref('rfm_segments') }} as rules
        on
            cells.recency_score between rules.min_recency_score and rules.max_recency_score
            and {{ frequency_monetary_score('cells.frequency_score', 'cells.monetary_score') }}
            between rules.min_frequency_monetary_score and rules.max_frequency_monetary_score

)

select
    recency_score,
    frequency_score,
    monetary_score,
    case
        when recency_score is null then 'a rule that no scores reach'
        when count(rule) = 0 then 'a hole: no rule has these scores'
        else 'an overlap: several rules have these scores'
    end as problem,
    min(rule) as rule,
    max(rule) as other_rule

from matches

group by recency_score, frequency_score, monetary_score

having recency_score is null or count(rule) <> 1
