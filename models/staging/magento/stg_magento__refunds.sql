with

orders as (

    select * from {{ ref('base_magento__orders') }}

),

creditmemos as (

    select * from {{ source('magento', 'creditmemos') }}

    where coalesce(state, 2) <> 3

),

orders_by_entity as (

    select
        entity_id,
        max(order_id) as order_id

    from orders

    where entity_id is not null

    group by entity_id

),

from_creditmemos as (

    select
        ---------- ids
        'magento-' || creditmemos.creditmemo_id as refund_id,
        -- of an order that has not landed
        coalesce(orders_by_entity.order_id, 'magento-' || creditmemos.order_entity_id) as order_id,

        ---------- what
        creditmemos.base_grand_total as amount,

        ---------- when
        creditmemos.created_at as refunded_at,

        ---------- landing
        creditmemos._load_id

    from creditmemos

    left join orders_by_entity
        on creditmemos.order_entity_id = orders_by_entity.entity_id

),

-- Without its credit memos, an order says how much was paid back, and not when: by its first version with as much.
from_orders as (

    select
        ---------- ids
        'magento-order-' || order_id as refund_id,
        order_id,

        ---------- what
        base_total_refunded as amount,

        ---------- when
        min(reported_at) over (partition by order_id, base_total_refunded) as refunded_at,

        ---------- landing
        _load_id,
        row_number() over (partition by order_id order by reported_at desc, _load_id desc) as nth_latest

    from orders

    where order_id not in (select from_creditmemos.order_id from from_creditmemos)

),

all_refunds as (

    select
        refund_id,
        order_id,
        amount,
        refunded_at,
        _load_id

    from from_creditmemos

    union all

    select
        refund_id,
        order_id,
        amount,
        refunded_at,
        _load_id

    from from_orders

    where nth_latest = 1

)

select * from all_refunds

where amount > 0
