"""The log for people: lines on the terminal, and in Dagster's event log."""

from __future__ import annotations

import logging
import sys
from collections.abc import Sequence

# dagster.yaml names this logger, so that its lines are in the event log as well.
log = logging.getLogger("klantbeeld")

# Warnings are shown once, at the end of the command, where they are read.
_warnings: list[str] = []


class _Terminal(logging.Handler):
    """Plain lines on standard output; warnings wait for `take_warnings`."""

    def emit(self, record: logging.LogRecord) -> None:
        message = record.getMessage()
        if record.levelno < logging.WARNING:
            print(message, file=sys.stdout, flush=True)
        elif message not in _warnings:
            _warnings.append(message)


def log_to_terminal() -> None:
    """Print the log on standard output."""
    if not any(isinstance(handler, _Terminal) for handler in log.handlers):
        log.addHandler(_Terminal())
    log.setLevel(logging.INFO)
    log.propagate = False


def take_warnings() -> Sequence[str]:
    """The warnings that have not been taken yet; each is given once."""
    taken = tuple(_warnings)
    _warnings.clear()
    return taken


def table(header: Sequence[str], rows: Sequence[Sequence[str]], numbers: int) -> str:
    """A text table whose last `numbers` columns are aligned to the right."""
    columns = list(zip(header, *rows, strict=True))
    widths = [max(len(cell) for cell in column) for column in columns]
    first_number = len(header) - numbers

    def line(cells: Sequence[str]) -> str:
        return "  ".join(
            cell.rjust(width) if position >= first_number else cell.ljust(width)
            for position, (cell, width) in enumerate(zip(cells, widths, strict=True))
        ).rstrip()

    return "\n".join([line(header), line(["-" * width for width in widths]), *map(line, rows)])
