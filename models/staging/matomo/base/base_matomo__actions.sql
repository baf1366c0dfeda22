with

visits as (

    select * from {{ source('matomo', 'events') }}

),

actions as (

    {{ json_elements('visits', 'action_details', ['*']) }}

),

read as (

    select
        *,
        lower({{ json_value('element', 'type') }}) as action_type,
        {{ json_value('element', 'timestamp', 'bigint') }} as action_second,
        {{ json_value('element', 'productViewSku') }} as viewed_sku,
        {{ json_value('element', 'revenueSubTotal', 'decimal(19, 4)') }} as revenue_sub_total,
        {{ json_value('element', 'revenue', 'decimal(19, 4)') }} as revenue_total,
        coalesce({{ json_value('element', 'revenueTax', 'decimal(19, 4)') }}, 0) as revenue_tax,
        coalesce({{ json_value('element', 'revenueShipping', 'decimal(19, 4)') }}, 0) as revenue_shipping

    from actions

)

select
    *,
    case
        when action_type = 'event' then lower({{ json_value('element', 'eventAction') }})
        when action_type = 'action' and viewed_sku is not null then 'product_view'
        when
            action_type = 'action'
            and coalesce({{ json_value('element', 'productViewCategories') }}, '[]') not in ('[]', 'false')
            then 'category_view'
        else action_type
    end as action_name
from read
