{#
    Fails for each figure of data quality that is above its threshold.
#}
{% test figures_pass(model) %}

select * from {{ model }}

where not passed

{% endtest %}
