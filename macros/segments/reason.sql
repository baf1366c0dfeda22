{#
    Why a profile is in its segment, in a sentence: a template of `scheme_definitions` with the values of the profile in
    it. docs/how-to/add-a-segment.md has the language of the templates.

    template: the text; none gives an empty text.
    relation: alias of the relation that has the values. The segment is `segments.segment`.
    language: one of the languages that `reason_languages` returns.
    Returns a SQL expression of a text, never null.
#}
{% macro reason(template, relation, language) -%}
    {%- set parts = [] -%}
    {%- for part in parts_of_template(template, relation, language.features) -%}
        {%- set text = text_of_part(part, relation, language) -%}
        {%- if part.conditions -%}
            {%- do parts.append('case when ' ~ part.conditions | join(' and ') ~ ' then ' ~ text ~ " else '' end") -%}
        {%- else -%}
            {%- do parts.append(text) -%}
        {%- endif -%}
    {%- endfor -%}
    {{ dbt.concat(parts or ["''"]) }}
{%- endmacro %}

{# A part of a template as a SQL expression of a text, never null. #}
{% macro text_of_part(part, relation, language) -%}
    {%- set pieces = [] -%}
    {%- for piece in part.pieces -%}
        {%- if piece is string -%}
            {%- do pieces.append(quoted(piece)) -%}
        {%- else -%}
            {%- do pieces.append('coalesce(' ~ value_in_reason(piece, relation, language) ~ ', ' ~ unknown_in_reason(piece, language) ~ ')') -%}
        {%- endif -%}
    {%- endfor -%}
    {{ return(dbt.concat(pieces or ["''"])) }}
{%- endmacro %}

{#
    A template, taken apart. What is wrong with it is a compile error that quotes it.

    features: the columns that it may use, as `features_of_rules` returns them.
    Returns a list of parts, each a dict with `pieces` (texts, and values as dicts with `feature`, `form` and `words`) and
    `conditions` (SQL conditions under which it is shown; none for a part that always is).
#}
{% macro parts_of_template(template, relation, features) -%}
    {%- set parts = [] -%}
    {%- for text in modules.re.split('(\\[[^\\[\\]]*\\])', template or '') if text -%}
        {%- set is_optional = text.startswith('[') and text.endswith(']') -%}
        {%- set inner = text[1:-1] if is_optional else text -%}
        {%- set conditions = conditions_of_part(inner.split(':')[0], relation, template, features) if is_optional else [] -%}
        {%- set pieces = pieces_of_template(inner[inner.index(':') + 1:] if conditions else inner, template, features) -%}
        {%- if is_optional and not conditions -%}
            {#- no condition: shown where all its values are known -#}
            {%- for piece in pieces if piece is mapping -%}
                {%- do conditions.append(relation ~ '.' ~ piece.feature ~ ' is not null') -%}
            {%- endfor -%}
            {%- if not conditions -%}
                {%- do fault_in_template(template, '`' ~ text ~ '` has neither a condition nor a value') -%}
            {%- endif -%}
        {%- endif -%}
        {%- do parts.append({'pieces': pieces, 'conditions': conditions}) -%}
    {%- endfor -%}
    {{ return(parts) }}
{%- endmacro %}

{# The texts and values of a part of a template, in their order. #}
{% macro pieces_of_template(text, template, features) -%}
    {%- set pieces = [] -%}
    {%- for piece in modules.re.split('(\\{[^{}]*\\})', text) if piece -%}
        {%- if piece.startswith('{') and piece.endswith('}') -%}
            {%- do pieces.append(value_of_template(piece[1:-1], template, features)) -%}
        {%- elif modules.re.search('[\\[\\]{}]', piece) -%}
            {%- do fault_in_template(template, 'a bracket or brace has no partner') -%}
        {%- else -%}
            {%- do pieces.append(piece) -%}
        {%- endif -%}
    {%- endfor -%}
    {{ return(pieces) }}
{%- endmacro %}

{# A value of a template: its feature, its form, and the words for none, one and many. #}
{% macro value_of_template(text, template, features) -%}
    {%- set words = text.split('|') -%}
    {%- set feature, form = (words[0] ~ ':').split(':')[:2] -%}
    {%- do known_feature(feature, template, features) -%}
    {%- if form not in ['', 'ago', 'duration'] -%}
        {%- do fault_in_template(template, '`' ~ form ~ '` is no form of a value: there are `ago` and `duration`') -%}
    {%- elif words | length == 2 or words | length > 4 or (form and words | length > 1) -%}
        {%- do fault_in_template(template, 'after `' ~ words[0] ~ '` stand the words for one and many, or for none, one and many') -%}
    {%- endif -%}
    {{ return({'feature': feature, 'form': form, 'words': words[1:]}) }}
{%- endmacro %}

{#
    The SQL conditions that the head of an optional part names, `feature=value` with & between several; none if it is no
    head but text.
#}
{% macro conditions_of_part(head, relation, template, features) -%}
    {%- set conditions = [] -%}
    {%- for text in head.split('&') -%}
        {%- set found = modules.re.match('\\s*([a-z_0-9]+)(>=|<=|!=|=|<|>)([^{}]+)$', text) -%}
        {%- if not found -%}
            {{ return([]) }}
        {%- endif -%}
        {%- do conditions.append(condition_of_part(found.group(1), found.group(2), found.group(3) | trim, relation, template, features)) -%}
    {%- endfor -%}
    {{ return(conditions) }}
{%- endmacro %}

{# One SQL condition of an optional part. #}
{% macro condition_of_part(feature, operator, value, relation, template, features) -%}
    {%- set is_segment = feature == 'segment' -%}
    {%- set column = 'segments.segment' if is_segment else relation ~ '.' ~ feature -%}
    {%- if is_segment or known_feature(feature, template, features).data_type == 'varchar' -%}
        {%- if operator not in ['=', '!='] -%}
            {%- do fault_in_template(template, '`' ~ feature ~ '` is a text, which is compared by = or !=') -%}
        {%- endif -%}
        {%- set values = [] -%}
        {%- for text in value.split('|') -%}
            {%- do values.append(quoted(text)) -%}
        {%- endfor -%}
        {{ return(column ~ (' in (' if operator == '=' else ' not in (') ~ values | join(', ') ~ ')') }}
    {%- elif not modules.re.match('-?[0-9]+(\\.[0-9]+)?$', value) -%}
        {%- do fault_in_template(template, '`' ~ feature ~ '` is a number, and `' ~ value ~ '` is none') -%}
    {%- endif -%}
    {{ return(column ~ ' ' ~ ('<>' if operator == '!=' else operator) ~ ' ' ~ value) }}
{%- endmacro %}

{# The column of a feature; a compile error if the rules have none of that name. #}
{% macro known_feature(feature, template, features) -%}
    {%- if feature not in features -%}
        {%- do fault_in_template(template, 'there is no feature `' ~ feature ~ '`') -%}
    {%- endif -%}
    {{ return(features[feature]) }}
{%- endmacro %}

{% macro fault_in_template(template, fault) -%}
    {{ exceptions.raise_compiler_error('the reason "' ~ template ~ '" in seeds/segments can\'t be read: ' ~ fault) }}
{%- endmacro %}

{# A text as a SQL literal. #}
{% macro quoted(text) -%}
    {{ return("'" ~ text | replace("'", "''") ~ "'") }}
{%- endmacro %}
