with

searches as (

    select * from {{ ref('int_session_search_terms') }}

),

sessions as (

    select * from {{ ref('int_session_classes') }}

    where not is_robot

),

as_of as (

    select * from {{ ref('int_as_of') }}

),

searched as (

    select
        searches.search_term,
        searches.session_id,
        sessions.profile_id,
        sessions.ended_date,
        sessions.funnel_class = 'buyer' as is_buyer

    from searches

    inner join sessions
        on searches.session_id = sessions.session_id

    cross join as_of

    where
        sessions.ended_date <= as_of.as_of_date
        and sessions.ended_date > {{ dbt.dateadd('day', -365, 'as_of.as_of_date') }}

),

per_term as (

    select
        search_term,
        count(distinct profile_id) as profile_count

    from searched

    group by search_term

),

-- what few people typed may be about one of them
published as (

    select
        case
            when per_term.profile_count >= {{ threshold('search_terms', 'min_profiles') }} then searched.search_term
            else '(other)'
        end as search_term,
        searched.session_id,
        searched.profile_id,
        searched.ended_date,
        searched.is_buyer

    from searched

    inner join per_term
        on searched.search_term = per_term.search_term

),

counted as (

    select
        search_term,
        count(distinct profile_id) as profile_count_365d,
        count(distinct session_id) as session_count_365d,
        count(distinct case when is_buyer then session_id end) as buyer_session_count_365d,
        max(ended_date) as last_searched_date

    from published

    group by search_term

)

select
    search_term,
    profile_count_365d,
    session_count_365d,
    buyer_session_count_365d,
    buyer_session_count_365d / cast(session_count_365d as double) as buyer_share_365d,
    last_searched_date

from counted
