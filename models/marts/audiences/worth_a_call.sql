{{ config(meta={
    'label_en': 'Worth a call',
    'label_nl': 'Een telefoontje waard',
    'description': 'Customers of value who are about to leave'
}) }}

{{ audience("value_tier in ('top', 'high', 'middle') and lifecycle in ('at_risk', 'lapsed')") }}
