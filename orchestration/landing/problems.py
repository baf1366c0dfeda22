"""What can go wrong while landing, as sentences an operator can act on."""

from __future__ import annotations

from orchestration.errors import KlantbeeldError


class ContractError(KlantbeeldError):
    """A source definition can't be used; the message names file, source, table and column."""


class FileProblem(Exception):  # noqa: N818 - it describes a file, our code did nothing wrong
    """A file can't be landed; the message is the sentence that the ledger keeps.

    It never holds text of a row: ledger and logs are read by more people than the raw tables.
    """


class FileChanged(Exception):  # noqa: N818 - as above
    """A file changed, or went, while it was read; it is left for the next refresh."""
