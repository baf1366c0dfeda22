{#
    The audiences of the seeds `audiences` and `audience_rules`, by one query. What the seeds can't express is a macro
    `audience_<name>` without arguments, in `macros/audiences/<name>.sql`, that returns one SQL condition on the columns
    of `profiles`.

    Returns a list of dicts: name, and conditions (list of SQL conditions on the columns of `profiles`, all of
    them required). It is empty while dbt parses, or before the seeds are built.
    Errors: an audience without a row in `audience_rules` and without a macro.
#}
{% macro audiences() -%}
    {%- set seed = ref('audience_rules') -%}
    {%- set query -%}
    select
        audiences.audience,
        audiences.channel,
        rules.scheme,
        rules.segments
    from {{ ref('audiences') }} as audiences
    left join {{ seed }} as rules
        on audiences.audience = rules.audience
    order by audiences.audience, rules.scheme
    {%- endset -%}
    {%- set found = [] -%}
    {%- for row in rows_of_seed(seed, query) -%}
        {%- if not found or found[-1].name != row['audience'] -%}
            {%- do found.append({'name': row['audience'], 'conditions': audience_conditions(row)}) -%}
        {%- endif -%}
        {%- if row['scheme'] -%}
            {%- do found[-1].conditions.append(row['scheme'] ~ " in ('" ~ row['segments'].split('|') | join("', '") ~ "')") -%}
        {%- endif -%}
    {%- endfor -%}
    {{ return(found) }}
{%- endmacro %}

{# The conditions of an audience besides its rows in `audience_rules`: its macro, and its channel. #}
{% macro audience_conditions(row) -%}
    {%- set condition = context.get('audience_' ~ row['audience']) -%}
    {%- if not condition and not row['scheme'] -%}
        {{ exceptions.raise_compiler_error(
            'the audience ' ~ row['audience'] ~ ' has no row in audience_rules and no macro audience_' ~ row['audience']
            ~ ' in macros/audiences/'
        ) }}
    {%- endif -%}
    {%- set conditions = ['(' ~ condition() | trim ~ ')'] if condition else [] -%}
    {%- if row['channel'] -%}
        {%- do conditions.append(may_be_reached_by(row['channel'])) -%}
    {%- endif -%}
    {{ return(conditions) }}
{%- endmacro %}

{#
    The SQL condition, on the columns of `profiles`, that a profile may be reached by a channel. One channel of messages
    is chosen for each customer; a call is no message, so that it needs the consent only.
#}
{% macro may_be_reached_by(channel) -%}
    {%- if channel == 'phone' -%}
        {{ return('may_be_called') }}
    {%- endif -%}
    {{ return("contact_channel = '" ~ channel ~ "'") }}
{%- endmacro %}
