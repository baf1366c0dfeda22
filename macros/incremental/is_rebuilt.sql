{#
    Whether this run makes an incremental model's table anew, from all that has landed, instead of
    replacing what changed: asked for with --full-refresh, found necessary by the refresh (it names the models
    in KLANTBEELD_REBUILD, or says all: see orchestration/building/code_versions.py), or not there yet.

    A model that hands only what changed to an incremental model asks this in its name, so that it hands over
    everything when everything is wanted. Unit tests are about everything, unless they override this macro.

    model_name: name of an incremental model.
    Returns a boolean.
#}
{% macro is_rebuilt(model_name) -%}
    {%- if not execute or model.resource_type == 'unit_test' -%}
        {{ return(true) }}
    {%- endif -%}
    {%- set rebuilt = env_var('KLANTBEELD_REBUILD', '').split(',') -%}
    {{ return(
        flags.FULL_REFRESH
        or 'all' in rebuilt
        or model_name in rebuilt
        or load_relation(existing_relation(model_name)) is none
    ) }}
{%- endmacro %}
