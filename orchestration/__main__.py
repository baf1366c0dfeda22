"""`python -m orchestration`."""

import gc

from orchestration.interruption import run_until_interrupted


def command() -> int:
    """Run the command line's command."""
    # Dagster and dbt make hundreds of thousands of objects that live as long as the command.
    # Looking through them for garbage as often as Python does by default, and once more at the end,
    # was a quarter of a refresh with nothing new.
    gc.set_threshold(100_000, 50, 100)
    from orchestration.cli import main

    return main()


# first of all, because importing takes a moment in which Ctrl-C would print a stack trace
run_until_interrupted(command)
