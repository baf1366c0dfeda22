with

orders as (

    select * from {{ ref('base_woocommerce__orders') }}

),

refunds as (

    select * from {{ source('woocommerce', 'refunds') }}

),

csv_orders as (

    select * from {{ ref('base_woocommerce__csv_orders') }}

),

elements as (

    {{ json_elements('orders', 'refunds', ['order_id', 'reported_at', '_load_id']) }}

),

parsed as (

    select
        order_id,
        {{ json_value('element', 'id') }} as refund_id,
        abs({{ json_value('element', 'total', 'decimal(19, 4)') }}) as amount,
        reported_at,
        _load_id

    from elements

),

-- An order does not say when it was paid back: not later than its first version with the refund.
in_orders as (

    select
        refund_id,
        order_id,
        amount,
        min(reported_at) over (partition by refund_id) as refunded_at,
        _load_id

    from parsed

    where refund_id is not null

),

orders_of_refunds as (

    select
        refund_id,
        max(order_id) as order_id

    from in_orders

    group by refund_id

),

dated_refunds as (

    select
        refunds.refund_id,
        -- the list of one order's refunds does not name the order
        coalesce(refunds.order_id, orders_of_refunds.order_id) as order_id,
        abs(refunds.amount) as amount,
        coalesce(refunds.date_created_gmt, refunds.date_created) as refunded_at,
        refunds._load_id

    from refunds

    left join orders_of_refunds
        on refunds.refund_id = orders_of_refunds.refund_id

),

from_refunds as (

    select * from dated_refunds

    where order_id is not null and refunded_at is not null

),

from_orders as (

    select * from in_orders

    where refund_id not in (select from_refunds.refund_id from from_refunds)

),

parts as (

    {{ rows_of_parts('csv_orders', 'refund_items', ';amount:', ['order_id', 'order_date', '_load_id']) }}

),

from_csv as (

    select
        'csv-' || order_id || '-' || part_number as refund_id,
        order_id,
        {{ dbt.safe_cast("regexp_extract(part, '^(amount:)?([0-9.]+)', 2)", 'decimal(19, 4)') }} as amount,
        coalesce({{ instant_of_text(value_in_pairs('part', 'date')) }}, order_date) as refunded_at,
        _load_id

    from parts

),

all_refunds as (

    select * from from_refunds

    union all

    select * from from_orders

    union all

    select * from from_csv

),

renamed as (

    select
        ---------- ids
        'woocommerce-' || refund_id as refund_id,
        order_id,

        ---------- what
        cast(amount as decimal(19, 4)) as amount,

        ---------- when
        refunded_at,

        ---------- landing
        _load_id

    from all_refunds

    where amount > 0

)

select * from renamed
