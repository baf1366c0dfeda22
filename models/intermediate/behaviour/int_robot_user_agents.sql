{{ config(materialized='view') }}

with

sessions as (

    select session_id from {{ ref('int_sessions_this_run') }}

),

user_agents as (

    select distinct starts.user_agent

    from {{ ref('int_session_starts') }} as starts

    inner join sessions
        on starts.session_id = sessions.session_id

    where starts.user_agent is not null

),

robots as (

    select * from {{ ref('robots') }}

),

matched as (

    select
        user_agents.user_agent,
        min(robots.robot) as robot

    from user_agents

    inner join robots
        -- in a part, `^` and `$` are the ends of the user agent
        on {{ dbt.position('robots.user_agent_part', dbt.concat(["'^'", 'user_agents.user_agent', "'$'"])) }} > 0

    group by user_agents.user_agent

)

select * from matched
