with

members as (

    select
        profile_id,
        customer_id

    from {{ ref('audience_memberships') }}

    where audience = 'worth_a_call'

)

select * from members
