"""`python -m orchestration`."""

import gc
import sys

from orchestration.cli import main

# Dagster and dbt make hundreds of thousands of objects that live as long as the command. Looking
# through them for garbage as often as Python does by default, and once more at the end, was a
# quarter of a refresh with nothing new.
gc.set_threshold(100_000, 50, 100)
status = main()
gc.freeze()
sys.exit(status)
