with

-- the format knows no refunds
refunds as (

    select
        ---------- ids
        cast(null as {{ dbt.type_string() }}) as refund_id,
        cast(null as {{ dbt.type_string() }}) as order_id,

        ---------- what
        cast(null as decimal(18, 4)) as amount,

        ---------- when
        cast(null as {{ dbt.type_timestamp() }}) as refunded_at,

        ---------- landing
        cast(null as bigint) as _load_id

    from {{ source('rees46', 'events') }}

    where 1 = 0

)

select * from refunds
