with

campaigns as (

    select * from {{ source('complete_journey', 'campaigns') }}

),

campaign_descriptions as (

    select
        *,
        row_number() over (
            partition by campaign_id
            order by _load_id desc, start_date desc
        ) as nth_latest

    from {{ source('complete_journey', 'campaign_descriptions') }}

),

coupon_redemptions as (

    select * from {{ source('complete_journey', 'coupon_redemptions') }}

),

-- a campaign is a mailing: its households received it by post on its first day
sent as (

    select
        {{ dbt.concat(['campaigns.campaign_id', "'|'", 'campaigns.household_id', "'|sent'"]) }} as message_event_id,
        campaigns.campaign_id,
        campaigns.household_id,
        'sent' as message_action,
        campaign_descriptions.start_date as happened_date,
        greatest(campaigns._load_id, campaign_descriptions._load_id) as _load_id

    from campaigns

    inner join campaign_descriptions
        on campaigns.campaign_id = campaign_descriptions.campaign_id

    where campaign_descriptions.nth_latest = 1

),

-- redeeming a coupon is responding to the mailing, as a click is to an e-mail
redeemed as (

    select
        {{ dbt.concat([
            'campaign_id', "'|'", 'household_id', "'|'", 'coupon_upc', "'|'", text('redemption_date')
        ]) }} as message_event_id,
        campaign_id,
        household_id,
        'clicked' as message_action,
        redemption_date as happened_date,
        _load_id

    from coupon_redemptions

),

happened as (

    select * from sent

    union all

    select * from redeemed

),

messages as (

    select
        ---------- ids
        message_event_id,
        {{ dbt.concat(['campaign_id', "'|'", 'household_id']) }} as message_id,
        household_id as customer_id,
        campaign_id,

        ---------- what
        'post' as channel,
        message_action,

        ---------- when
        -- A day without an hour is taken at its noon, UTC: the same day in the stores' time zone and in Europe's.
        {{ dbt.dateadd('hour', 12, 'cast(happened_date as ' ~ dbt.type_timestamp() ~ ')') }} as occurred_at,

        ---------- landing
        _load_id

    from happened

)

select * from messages
