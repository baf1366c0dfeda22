with

-- the format knows no refunds
refunds as (

    select
        ---------- ids
        cast(null as {{ dbt.type_string() }}) as refund_id,
        cast(null as {{ dbt.type_string() }}) as order_id,
        cast(null as integer) as line_number,

        ---------- what
        cast(null as decimal(18, 4)) as amount,
        cast(null as {{ dbt.type_string() }}) as reason,

        ---------- when
        cast(null as {{ dbt.type_timestamp() }}) as refunded_at,

        ---------- landing
        cast(null as bigint) as _load_id

    from {{ source('complete_journey', 'transactions') }}

    where 1 = 0

)

select * from refunds
