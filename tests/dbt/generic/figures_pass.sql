{#
    Fails with a sentence for each figure of data quality that is above its threshold.

    model: `data_quality`.
    sentences: the seed `quality_sentences`. A figure that it lacks gets a general sentence; one whose sentence is
    missing gets none.
    max_details: how many details a sentence lists, those with the highest values first.
#}
{% test figures_pass(model, sentences, max_details=8) %}

with

figures as (

    select * from {{ model }}

),

sentences as (

    select * from {{ sentences }}

),

details as (

    select
        "check" as check_name,
        "table" as table_name,
        detail,
        value,
        row_number() over (partition by "check", "table" order by value desc, detail) as nth_highest

    from figures

    where detail != ''

),

listed as (

    select
        check_name,
        table_name,
        {{ dbt.listagg(
            dbt.concat(["'`'", 'detail', "'` ('", 'cast(cast(value as bigint) as ' ~ dbt.type_string() ~ ')', "')'"]),
            "', '",
            'order by value desc, detail'
        ) }} as details

    from details

    where nth_highest <= {{ max_details }}

    group by check_name, table_name

),

problems as (

    select
        case
            when sentences.check_name is null
                then '`{check}` of {table} is {value}, above its threshold of {threshold} in seeds/thresholds/thresholds.csv'
            else sentences.sentence
        end as sentence,
        figures."check" as check_name,
        figures."table" as table_name,
        cast(cast(figures.value as decimal(18, 2)) as {{ dbt.type_string() }}) as exact_value,
        cast(cast(figures.value as bigint) as {{ dbt.type_string() }}) as whole_value,
        cast(cast(100 * figures.value as decimal(18, 1)) as {{ dbt.type_string() }}) as share,
        cast(cast(figures.threshold as decimal(18, 2)) as {{ dbt.type_string() }}) as threshold,
        cast(cast(100 * figures.threshold as decimal(18, 0)) as {{ dbt.type_string() }}) as limit_share,
        listed.details

    from figures

    left join sentences
        on figures."check" = sentences.check_name

    left join listed
        on
            sentences.details_from = listed.check_name
            and figures."table" = listed.table_name

    where not figures.passed

)

select
    {% set replaced = namespace(sql='sentence') %}
    {% for placeholder, value in {
        '{check}': 'check_name',
        '{table}': 'table_name',
        '{value}': "case when exact_value like '%.00' then whole_value else exact_value end",
        '{share}': dbt.concat(['share', "' %'"]),
        '{threshold}': 'threshold',
        '{limit}': dbt.concat(['limit_share', "' %'"]),
        '{details}': "coalesce(details, '')",
    }.items() %}
    {% set replaced.sql = dbt.replace(replaced.sql, "'" ~ placeholder ~ "'", value) %}
    {% endfor %}
    {{ replaced.sql }} as problem

from problems

where sentence is not null

{% endtest %}
