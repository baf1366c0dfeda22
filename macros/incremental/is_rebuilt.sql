{#
    Whether this run rebuilds an incremental model from all landed rows instead of replacing what changed. A run
    rebuilds a table when --full-refresh asks for it, when the refresh names it in KLANTBEELD_REBUILD (see
    orchestration/building/code_versions.py), and when the table does not exist yet.

    A model that feeds an incremental model asks this with that model's name, so that it hands over everything when
    everything is needed. In unit tests everything is rebuilt, unless they override this macro.

    model_name: name of an incremental model.
    Returns a boolean.
#}
{% macro is_rebuilt(model_name) -%}
    {{ return(
        is_everything_rebuilt()
        or model_name in _models_to_rebuild()
        or load_relation(existing_relation(model_name)) is none
    ) }}
{%- endmacro %}

{# Whether this run rebuilds all incremental models. At parse time it is true. #}
{% macro is_everything_rebuilt() -%}
    {{ return(
        not execute or model.resource_type == 'unit_test' or flags.FULL_REFRESH or 'all' in _models_to_rebuild()
    ) }}
{%- endmacro %}

{% macro _models_to_rebuild() -%}
    {{ return(env_var('KLANTBEELD_REBUILD', '').split(',')) }}
{%- endmacro %}
