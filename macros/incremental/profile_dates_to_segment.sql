{#
    The profiles and dates whose segments this run computes: those whose features it computes, those whose features are
    carried over and have reached the bound of a rule by the days since, and customers and responders whose scores changed
    because of others, since scores are relative.

    Returns a SQL query with the columns profile_id and as_of_date.
#}
{% macro profile_dates_to_segment() -%}
    select
        profile_id,
        as_of_date
    from {{ ref('int_profile_dates_this_run') }}

    union

    select
        carried.profile_id,
        carried.as_of_date
    from {{ ref('int_carried_profiles_this_run') }} as carried
    inner join {{ ref('profile_features') }} as features
        on carried.profile_id = features.profile_id and carried.as_of_date = features.as_of_date
    inner join {{ ref('segment_rules') }} as rules
        on
            {%- for feature in ['days_since_first_session', 'days_since_last_session'] %}
            {%- for bound in ['at_least', 'below'] %}
            (
                rules.feature = '{{ feature }}'
                and features.{{ feature }} >= rules.{{ bound }}
                and features.{{ feature }} - carried.days_later < rules.{{ bound }}
            )
            {{- '' if loop.last else ' or' }}
            {%- endfor %}
            {{- '' if loop.last else ' or' }}
            {%- endfor %}

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
