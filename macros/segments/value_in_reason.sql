{#
    One value of a reason, in the way in which its language writes it. What a feature is decides how it looks: its unit in
    the column's `config.meta` makes it an amount with the currency or a percentage, its type a number or a text.

    value: a value of `parts_of_template`.
    relation: alias of the relation that has the feature.
    language: one of the languages that `reason_languages` returns.
    Returns a SQL expression of a text, null where the value is.
#}
{% macro value_in_reason(value, relation, language) -%}
    {%- set column = relation ~ '.' ~ value.feature -%}
    {%- set described = language.features[value.feature] -%}
    {%- if value.form == 'ago' -%}
        {{ return(days_ago(column, language)) }}
    {%- elif value.form == 'duration' -%}
        {{ return(duration(column, language)) }}
    {%- elif described.data_type == 'varchar' -%}
        {{ return(labelled(column, language.labels.get(value.feature, {}))) }}
    {%- endif -%}
    {%- set unit = described.config.meta.unit -%}
    {%- if unit == 'reporting currency' -%}
        {%- set number = amount(column, language) -%}
    {%- elif unit.startswith('share') -%}
        {%- set number = percentage(column) -%}
    {%- elif described.data_type == 'double' -%}
        {%- set number = one_decimal(column, language) -%}
    {%- else -%}
        {%- set number = grouped_digits(column, language.thousands) -%}
    {%- endif -%}
    {{ return(with_words(column, number, value.words, described.data_type)) }}
{%- endmacro %}

{# A number with the words for one or many behind it; in place of 0 the words for none, where there are some. #}
{% macro with_words(column, number, words, data_type) -%}
    {%- if not words -%}
        {{ return(number) }}
    {%- endif -%}
    {%- set shown = 'cast(' ~ column ~ ' as decimal(18, 1))' if data_type == 'double' else column -%}
    {%- set cases = ['when ' ~ shown ~ " = 1 then " ~ quoted(('1 ' ~ words[-2]) | trim)] -%}
    {%- if words | length == 3 -%}
        {%- do cases.append('when ' ~ shown ~ ' = 0 then ' ~ quoted(words[0])) -%}
    {%- endif -%}
    {{ return('case ' ~ cases | join(' ') ~ ' else ' ~ number ~ (' || ' ~ quoted(' ' ~ words[-1]) if words[-1] else '') ~ ' end') }}
{%- endmacro %}

{# A text by its label, where it has one. #}
{% macro labelled(column, labels) -%}
    {%- set cases = [] -%}
    {%- for code, label in labels.items() -%}
        {%- do cases.append('when ' ~ quoted(code) ~ ' then ' ~ quoted(label)) -%}
    {%- endfor -%}
    {{ return('case ' ~ column ~ ' ' ~ cases | join(' ') ~ ' else ' ~ column ~ ' end' if cases else column) }}
{%- endmacro %}

{# A share as a percentage: all only of a whole, and none only of nothing. #}
{% macro percentage(column) -%}
    {%- set rounded = 'cast(round(100 * ' ~ column ~ ') as integer)' -%}
    {{ return(
        'case when ' ~ column ~ ' > 0.99 and ' ~ column ~ " < 1 then '99' when " ~ column ~ ' > 0 and ' ~ column
        ~ " < 0.01 then '1' else " ~ text(rounded) ~ " end || '%'"
    ) }}
{%- endmacro %}

{# A number with one decimal, or none where that is a zero. #}
{% macro one_decimal(column, language) -%}
    {%- set number = "replace(" ~ text('cast(' ~ column ~ ' as decimal(18, 1))') ~ ", '.0', '')" -%}
    {{ return(number if language.decimal == '.' else "replace(" ~ number ~ ", '.', " ~ quoted(language.decimal) ~ ')') }}
{%- endmacro %}

{# An amount of money, with the reporting currency before it. #}
{% macro amount(column, language) -%}
    {%- set absolute = 'abs(cast(' ~ column ~ ' as decimal(28, 2)))' -%}
    {{ return(
        'case when ' ~ column ~ ' < 0 then ' ~ quoted(language.minus_before) ~ ' else ' ~ quoted(language.before)
        ~ ' end || ' ~ grouped_digits('floor(' ~ absolute ~ ')', language.thousands)
        ~ ' || ' ~ quoted(language.decimal) ~ ' || right(' ~ text(absolute) ~ ', 2)'
    ) }}
{%- endmacro %}

{# A number of days before the row's date. #}
{% macro days_ago(column, language) -%}
    {{ return(
        'case ' ~ column ~ ' when 0 then ' ~ quoted(language.today) ~ ' when 1 then ' ~ quoted(language.yesterday)
        ~ ' else ' ~ grouped_digits(column, language.thousands) ~ ' || ' ~ quoted(language.days_ago) ~ ' end'
    ) }}
{%- endmacro %}

{# A number of minutes: as minutes up to an hour and a half, as hours up to a day and a half, else as days. #}
{% macro duration(column, language) -%}
    {%- set cases = [] -%}
    {%- for below, minutes, words in [(90, 1, language.minutes), (2160, 60, language.hours), (none, 1440, language.days)] -%}
        {%- set rounded = 'cast(round(' ~ column ~ ' / ' ~ minutes ~ ') as bigint)' -%}
        {%- set shown = with_words(rounded, grouped_digits(rounded, language.thousands), words, 'bigint') -%}
        {%- do cases.append(('when ' ~ column ~ ' < ' ~ below ~ ' then ' if below else 'else ') ~ shown) -%}
    {%- endfor -%}
    {{ return('case when ' ~ column ~ ' is null then null ' ~ cases | join(' ') ~ ' end') }}
{%- endmacro %}

{# What a reason says instead of a value that is not known. #}
{% macro unknown_in_reason(value, language) -%}
    {%- if value.form == 'ago' -%}
        {{ return(quoted(language.unknown_ago)) }}
    {%- elif value.words -%}
        {{ return(quoted(language.unknown_number ~ ' ' ~ value.words[-1])) }}
    {%- endif -%}
    {{ return(quoted(language.unknown)) }}
{%- endmacro %}
