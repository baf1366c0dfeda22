{#
    The languages of the reasons: how they write numbers, amounts in the reporting currency and times, and the labels of
    all texts in the seed `value_labels`, by one query.

    Returns a dict: language (en, nl) → a dict, with `labels`: feature → code → label, none while dbt parses or before the
    seed is built; and `features`, what `features_of_rules` returns: found once, because hundreds of values are looked up.
#}
{% macro reason_languages() -%}
    {%- set symbol = {'EUR': '€', 'GBP': '£', 'USD': '$'}.get(var('reporting_currency')) -%}
    {%- set features = features_of_rules() -%}
    {%- set languages = {
        'en': {
            'decimal': '.', 'thousands': ',', 'before': symbol or var('reporting_currency') ~ ' ',
            'minus_before': '-' ~ (symbol or var('reporting_currency') ~ ' '),
            'today': 'today', 'yesterday': 'yesterday', 'days_ago': ' days ago',
            'minutes': ['less than a minute', 'minute', 'minutes'], 'hours': ['hour', 'hours'], 'days': ['day', 'days'],
            'unknown': 'unknown', 'unknown_number': 'an unknown number of', 'unknown_ago': 'on an unknown day', 'labels': {}, 'features': features
        },
        'nl': {
            'decimal': ',', 'thousands': '.', 'before': (symbol or var('reporting_currency')) ~ ' ',
            'minus_before': (symbol or var('reporting_currency')) ~ ' -',
            'today': 'vandaag', 'yesterday': 'gisteren', 'days_ago': ' dagen geleden',
            'minutes': ['minder dan een minuut', 'minuut', 'minuten'], 'hours': ['uur', 'uur'], 'days': ['dag', 'dagen'],
            'unknown': 'onbekend', 'unknown_number': 'een onbekend aantal', 'unknown_ago': 'op een onbekende dag', 'labels': {}, 'features': features
        }
    } -%}
    {%- set seed = ref('value_labels') -%}
    {%- for row in rows_of_seed(seed, 'select feature, code, label_en, label_nl from ' ~ seed ~ ' order by feature, code') -%}
        {%- for code, language in languages.items() -%}
            {%- do language.labels.setdefault(row['feature'], {}).update({row['code']: row['label_' ~ code]}) -%}
        {%- endfor -%}
    {%- endfor -%}
    {{ return(languages) }}
{%- endmacro %}
