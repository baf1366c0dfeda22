with

orders as (

    select
        *,
        -- what one unit of the currency that the customer paid in was worth
        coalesce(total_price / nullif(presentment_total, 0), 1) as presentment_rate

    from {{ ref('base_shopify__orders') }}

),

csv_orders as (

    select * from {{ ref('base_shopify__csv_orders') }}

    where refunded_amount > 0

),

elements as (

    {{ json_elements(
        'orders', 'refunds', ['order_id', 'reported_at', 'currency', 'taxes_included', 'presentment_rate', '_load_id']
    ) }}

),

parsed as (

    select
        order_id,
        {{ json_value('element', 'id') }} as refund_id,
        reported_at,
        currency,
        presentment_rate,
        {{ json_value('element', 'transactions') }} as transactions,
        -- What the lines that were taken back cost, and what was agreed besides: a discrepancy below zero is more.
        coalesce({{ json_sum('element', 'refund_line_items', 'subtotal') }}, 0)
        + case
            when taxes_included then 0 else coalesce({{ json_sum('element', 'refund_line_items', 'total_tax') }}, 0)
        end
        - coalesce({{ json_sum('element', 'order_adjustments', 'amount') }}, 0)
        - coalesce({{ json_sum('element', 'order_adjustments', 'tax_amount') }}, 0) as agreed_amount,
        coalesce(
            {{ instant_of_text(json_value('element', 'processed_at')) }},
            {{ instant_of_text(json_value('element', 'created_at')) }}
        ) as refunded_at,
        _load_id

    from elements

),

transactions as (

    {{ json_elements(
        'parsed', 'transactions', ['refund_id', 'reported_at', 'currency', 'presentment_rate', '_load_id']
    ) }}

),

paid_back as (

    select
        refund_id,
        reported_at,
        _load_id,
        sum(
            case
                when
                    {{ json_value('element', 'kind') }} = 'refund'
                    and coalesce({{ json_value('element', 'status') }}, 'success') = 'success'
                    then
                        {{ json_value('element', 'amount', 'decimal(19, 4)') }}
                        * case
                            when {{ json_value('element', 'currency') }} <> currency then presentment_rate else 1
                        end
                else 0
            end
        ) as amount

    from transactions

    group by refund_id, reported_at, _load_id

),

from_api as (

    select
        ---------- ids
        parsed.refund_id,
        parsed.order_id,

        ---------- what
        -- an edit of an order that is not paid yet takes lines back without a payment
        cast(coalesce(paid_back.amount, parsed.agreed_amount) as decimal(19, 4)) as amount,

        ---------- when
        coalesce(parsed.refunded_at, parsed.reported_at) as refunded_at,

        ---------- landing
        parsed._load_id

    from parsed

    left join paid_back
        on
            parsed.refund_id = paid_back.refund_id
            and parsed.reported_at = paid_back.reported_at
            and parsed._load_id = paid_back._load_id

    where parsed.refund_id is not null

),

from_csv as (

    select
        ---------- ids
        'csv-' || order_id as refund_id,
        order_id,

        ---------- what
        cast(refunded_amount as decimal(19, 4)) as amount,

        ---------- when
        -- the export does not say when
        coalesce(cancelled_at, paid_at, ordered_at) as refunded_at,

        ---------- landing
        _load_id

    from csv_orders

),

all_refunds as (

    select * from from_api

    union all

    select * from from_csv

)

select * from all_refunds

where amount > 0
