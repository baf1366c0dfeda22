{#
    A slowly changing dimension of type 2: the versions of each key, with the business days on which each was valid.
    A version is valid from the day on which it was reported until the next version's day; of several on one day only
    the last is kept. The first version of a key is valid from a day of the caller's choice, because nothing earlier is
    known. A version that was reported after `as_of_date` is valid from that day on, because it has landed. Days never
    go back: a version that is dated before an earlier one is valid from the earlier one's day.

    relation: name of a relation or CTE with the column _load_id and the columns below.
    key: column that identifies what changes, for example 'order_id'.
    reported_at: column with the instant of the version, in UTC; a version without one comes before all others. Of
        versions of one instant the one that landed last comes last.
    first_date: SQL expression of the earliest day on which any version of the key is valid.
    Returns a SQL query with the columns of the relation, and valid_from (inclusive), valid_to (exclusive; 9999-12-31
    for the latest) and is_latest.
#}
{% macro validity_periods(relation, key, reported_at, first_date) -%}
    with

    version_numbers as (
        select
            *,
            row_number() over (
                partition by {{ key }}
                order by {{ reported_at }} asc nulls first, _load_id asc, {{ row_order('landed') }}
            ) as nth_version
        from {{ relation }} as landed
    ),

    version_dates as (
        select
            *,
            case
                when nth_version = 1 or {{ reported_at }} is null then {{ first_date }}
                else greatest(
                    least(
                        cast({{ in_business_timezone(reported_at) }} as date),
                        (select as_of.as_of_date from {{ ref('int_as_of') }} as as_of)
                    ),
                    {{ first_date }}
                )
            end as version_date
        from version_numbers
    ),

    version_starts as (
        select
            *,
            max(version_date) over (
                partition by {{ key }} order by nth_version rows between unbounded preceding and current row
            ) as valid_from
        from version_dates
    ),

    version_ends as (
        select
            *,
            coalesce(
                lead(valid_from) over (partition by {{ key }} order by nth_version), cast('9999-12-31' as date)
            ) as valid_to
        from version_starts
    )

    select
        *,
        valid_to = cast('9999-12-31' as date) as is_latest
    from version_ends
    -- of the versions of one day only the last is valid
    where valid_from < valid_to
{%- endmacro %}
