{{ config(materialized='view') }}

{# without a length the history goes back to the first day; this many days are thirteen years #}
{% set length = 5000 if var('history_length') is none else var('history_length') %}

with

as_of as (

    select * from {{ ref('int_as_of') }}

),

periods_back as (

    {{ dbt.generate_series(length + 1) }}

),

period_ends as (

    select
        cast({{ dbt.dateadd(
            'day', -1,
            dbt.date_trunc(
                var('history_grain'),
                dbt.dateadd(
                    var('history_grain'), '1 - cast(periods_back.generated_number as integer)', 'as_of.as_of_date'
                )
            )
        ) }} as date) as as_of_date

    from as_of

    cross join periods_back

    where periods_back.generated_number <= {{ length }}

)

select * from period_ends
