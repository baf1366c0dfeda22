{{ portable_mart_view() }}

{{ labelled_profiles('nl') }}
