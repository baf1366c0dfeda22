with

order_lines as (

    select * from {{ ref('canonical_order_lines') }}

),

-- of the reports of a line in one load, each counts once
reports as (

    {{ latest_version('order_lines', key=['order_id', 'line_number', '_load_id', 'updated_at'], with_withdrawn=true) }}

),

-- A load is as recent as its latest line of the order, so that an older export may land later.
loads as (

    select
        *,
        max(updated_at) over (partition by order_id, _load_id) as load_updated_at

    from reports

),

numbered as (

    select
        *,
        row_number() over (
            partition by order_id, line_number
            order by load_updated_at asc nulls first, _load_id asc, updated_at asc nulls first
        ) as nth_report,
        row_number() over (
            partition by order_id, line_number
            order by load_updated_at desc nulls last, _load_id desc, updated_at desc nulls last
        ) as nth_latest_report

    from loads

),

-- What reports a line again is a new version of the order. What reports other lines belongs to the version before it:
-- the lines of one version may be in several files.
versions as (

    select
        *,
        max(nth_report) over (
            partition by order_id
            order by load_updated_at asc nulls first, _load_id asc, updated_at asc nulls first
            range between unbounded preceding and current row
        ) as nth_version

    from numbered

),

with_latest_version as (

    select
        *,
        max(nth_version) over (partition by order_id) as latest_version

    from versions

)

select
    order_id,
    line_number,
    product_id,
    quantity,
    unit_price,
    discount_amount

from with_latest_version

where nth_version = latest_version and nth_latest_report = 1 and not coalesce(is_deleted, false)
