{#
    Adds the rows of the calling model, which has one per profile and `as_of_date`, that hold at a new date as they did at
    the latest date before (`int_carried_profiles_this_run`). A column `days_since_…` has grown by the days in between.

    columns: the names of the model's columns, in their order.
    except: a relation with the profile_id and as_of_date of the rows that the model computes all the same.
    Returns the end of a SQL query: a union, or nothing where the model is rebuilt.
#}
{% macro union_carried_rows(columns, except=none) -%}
    {%- set carried = ref('int_carried_profiles_this_run') -%}
    {%- if not is_rebuilt(model.name) -%}
    {%- set values = [] -%}
    {%- for column in columns -%}
        {%- if column == 'as_of_date' -%}
            {%- do values.append('carried.as_of_date') -%}
        {%- elif column.startswith('days_since_') -%}
            {%- do values.append('cast(existing.' ~ column ~ ' + carried.days_later as integer) as ' ~ column) -%}
        {%- else -%}
            {%- do values.append('existing.' ~ column) -%}
        {%- endif -%}
    {%- endfor -%}
    union all

    select
        {{ values | join(',\n        ') }}
    from {{ carried }} as carried
    inner join {{ this }} as existing
        on carried.profile_id = existing.profile_id and carried.carried_from = existing.as_of_date
    {%- if except %}
    left join {{ except }} as computed
        on carried.profile_id = computed.profile_id and carried.as_of_date = computed.as_of_date
    where computed.profile_id is null
    {%- endif %}
    {%- endif -%}
{%- endmacro %}
