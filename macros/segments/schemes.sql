{#
    The segment schemes, in the order of reports. Each has a column of that name in `profile_segments` and
    `profiles`, and rows in the seeds `scheme_definitions`, `segment_definitions` and `segment_rules`.

    Returns a list of names.
#}
{% macro schemes() -%}
    {{ return([
        'funnel', 'funnel_deepest_30d', 'funnel_movement', 'shopping_style', 'rfm', 'value_tier', 'lifecycle', 'tenure',
        'purchase_frequency', 'basket_size', 'engagement', 'usage', 'price_behaviour', 'buying_pace', 'occasion',
        'time_of_day', 'time_of_week', 'category_loyalty', 'brand_loyalty', 'sales_channel', 'interest', 'benefit',
        'motive', 'attitude', 'satisfaction_nps', 'satisfaction_csat', 'contact_channel', 'device', 'browser', 'market',
        'age_group', 'gender', 'household', 'income', 'education', 'service_level', 'cost_to_serve', 'influence',
        'low_hanging_fruit'
    ]) }}
{%- endmacro %}
