"""The problems of landing, as sentences that an operator can act on."""

from __future__ import annotations

from orchestration.errors import KlantbeeldError


class ContractError(KlantbeeldError):
    """A source definition can't be used; the message names file, source, table and column."""


class FileProblem(Exception):  # noqa: N818 - the problem is the file's
    """A file can't be landed; the ledger keeps the message.

    The message never has text of a row: more people read ledger and logs than the raw tables.
    """


class FileChanged(Exception):  # noqa: N818 - as above
    """A file changed or disappeared while it was read; the next refresh tries it again."""


# The reasons of FileChanged.
CHANGED, WENT_AWAY = CHANGES = ("it changed while it was read", "it went away while it was read")
