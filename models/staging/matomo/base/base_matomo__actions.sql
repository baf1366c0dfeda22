with

visits as (

    select * from {{ source('matomo', 'events') }}

),

actions as (

    {{ json_rows('visits', 'action_details', 'action') }}

),

read as (

    select
        *,
        lower({{ json_value('action', 'type') }}) as action_type,
        {{ number_or_null(json_value('action', 'timestamp'), 'bigint') }} as action_second,
        {{ json_value('action', 'productViewSku') }} as viewed_sku,
        {{ number_or_null(json_value('action', 'revenueSubTotal')) }} as revenue_sub_total,
        {{ number_or_null(json_value('action', 'revenue')) }} as revenue_total,
        coalesce({{ number_or_null(json_value('action', 'revenueTax')) }}, 0) as revenue_tax,
        coalesce({{ number_or_null(json_value('action', 'revenueShipping')) }}, 0) as revenue_shipping

    from actions

)

select
    *,
    case
        when action_type = 'event' then lower({{ json_value('action', 'eventAction') }})
        when action_type = 'action' and viewed_sku is not null then 'product_view'
        when
            action_type = 'action'
            and coalesce({{ json_value('action', 'productViewCategories') }}, '[]') not in ('[]', 'false')
            then 'category_view'
        else action_type
    end as action_name
from read
