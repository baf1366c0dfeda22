{#
    The profiles and dates whose segments this run computes: those whose features it computes, and customers and responders
    whose scores changed because of others, since scores are relative.

    Returns a SQL query with the columns profile_id and as_of_date.
#}
{% macro profile_dates_to_segment() -%}
    select
        profile_id,
        as_of_date
    from {{ ref('int_profile_dates_this_run') }}

    union

    select
        profile_id,
        as_of_date
    from (
        {{ changed_rows('customer_scores', except={
            'customer_id': 'the profile has one customer',
            'recency_days': 'a feature of the profile, which is recomputed when it changes',
            'frequency': 'a feature of the profile',
            'monetary': 'a feature of the profile',
            'frequency_monetary_score': 'follows from the two scores'
        }) }}
    ) as changed_scores

    union

    select
        profile_id,
        as_of_date
    from ({{ changed_rows('response_scores') }}) as changed_responses
{%- endmacro %}
