"""What a person sees in the terminal while a refresh runs, and after it."""

from __future__ import annotations

import logging
import sys
from collections.abc import Sequence

# Warnings are said when they occur, and again at the end.
_warnings: list[str] = []


class _Terminal(logging.Handler):
    """Plain lines on standard output."""

    def emit(self, record: logging.LogRecord) -> None:
        message = record.getMessage()
        if record.levelno >= logging.WARNING:
            _warnings.append(message)
        print(message, file=sys.stdout, flush=True)


def listen(logger: logging.Logger) -> None:
    """Show what `logger` says."""
    if not any(isinstance(handler, _Terminal) for handler in logger.handlers):
        logger.addHandler(_Terminal())
    logger.setLevel(logging.INFO)
    logger.propagate = False


def warnings() -> Sequence[str]:
    """The warnings so far."""
    return tuple(_warnings)


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
