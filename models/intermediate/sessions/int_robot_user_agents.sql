{{ config(materialized='view') }}

with

user_agents as (

    select distinct user_agent from {{ ref('int_session_starts') }}

    where user_agent is not null

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
        on {{ dbt.position('robots.user_agent_part', 'lower(user_agents.user_agent)') }} > 0

    group by user_agents.user_agent

)

select * from matched
