"""Decompresses, decodes to UTF-8 and pre-scans text files."""

from __future__ import annotations

import codecs
import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from orchestration.landing import compression
from orchestration.landing.compression import CHUNK_BYTES, chunks
from orchestration.landing.files import Found
from orchestration.landing.problems import FileProblem

# A span of a file's bytes, and what is written instead of it.
Edit = tuple[int, int, bytes]

_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    # the mark of UTF-32 begins like that of UTF-16
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_BODIES = {
    codecs.BOM_UTF8: "utf-8",
    codecs.BOM_UTF32_LE: "utf-32-le",
    codecs.BOM_UTF32_BE: "utf-32-be",
    codecs.BOM_UTF16_LE: "utf-16-le",
    codecs.BOM_UTF16_BE: "utf-16-be",
}
# Text that begins with letters of English has a zero in every other byte.
_UNMARKED = (
    (re.compile(rb"(?:[\x09\x20-\x7e]\0){4}"), "utf-16-le"),
    (re.compile(rb"(?:\0[\x09\x20-\x7e]){4}"), "utf-16-be"),
)

_REMEDY = "save it as UTF-8"
_CSV_REMEDY = f"{_REMEDY}, or write its encoding into the contract, as in csv: {{encoding: cp1252}}"


@dataclass(frozen=True)
class TextFile:
    """A text file in UTF-8 at `path`: the file itself, or a decompressed or decoded copy.

    `lines_outside_quotes` counts the lines that end outside quotes, by the parity of the quotes
    before the newline; a last line without a newline counts too. `is_regular` is false for a file
    with a blank line, lone carriage return, NUL or byte order mark: readers disagree on those.
    """

    path: Path
    size_bytes: int
    newlines: int
    lines_outside_quotes: int
    is_regular: bool
    has_final_newline: bool


def encoding_of(found: Found, scratch: Path, named: str | None, fallback: str | None) -> str | None:
    """The encoding that the contract names; for a file that is not UTF-8, perhaps another one."""
    if named or not fallback or _evident_encoding(found) != "utf-8":
        return named
    try:
        for _ in _utf8_checked(chunks(found, scratch), ""):
            pass
    except FileProblem:
        return fallback
    return None


def to_utf8(found: Found, scratch: Path, encoding: str | None = None) -> TextFile:
    """Scan the whole file once. Raises FileProblem when it is not text in that encoding.

    Without `encoding` it is UTF-8, or what its first bytes say for certain. A copy, if one is
    needed, goes into the folder `scratch`.
    """
    remedy = _CSV_REMEDY if found.format == "csv" else _REMEDY
    known = encoding or _evident_encoding(found)
    content = chunks(found, scratch)
    if not found.compression and known == "utf-8":
        return _scan(_utf8_checked(content, remedy), found.path)
    copy = scratch / "utf8"
    with copy.open("wb") as target:
        text = _utf8_checked(content, remedy) if known == "utf-8" else _transcoded(content, known)
        return _scan(_copied(text, target), copy)


def _evident_encoding(found: Found) -> str:
    """The encoding by the file's first bytes: by its mark, or by the zeros of UTF-16."""
    beginning = next(chunks(found), b"")[:64]
    for mark, encoding in _MARKS:
        if beginning.startswith(mark):
            return encoding
    return next((name for zeros, name in _UNMARKED if zeros.match(beginning)), "utf-8")


def write_edited(
    found: Found,
    text: TextFile,
    edits: Iterator[Edit],
    target: BinaryIO,
    encoding: str | None = None,
) -> None:
    """Write the file again with some spans replaced, in its own encoding and compression.

    `text` is what `to_utf8` gave, and `edits` are spans of it with what comes instead. Raises
    FileProblem where the other bytes would not be those of the file.
    """
    mark, encoding = _mark_and_encoding(found, encoding)
    if encoding != "utf-8" and not _is_what_encoding_gives(found, text, mark, encoding):
        raise FileProblem(f"its bytes are not what {encoding} gives for its text")
    with (
        text.path.open("rb") as source,
        compression.compressing(target, found.compression) as compressed,
    ):
        pieces = _edited(source, edits)
        if encoding == "utf-8":
            compressed.writelines(pieces)
        else:
            compressed.writelines(_encoded(pieces, mark, encoding))


def _mark_and_encoding(found: Found, named: str | None) -> tuple[bytes, str]:
    """The byte order mark that is not in the UTF-8 text, and the encoding of what follows it."""
    beginning = next(chunks(found), b"")[:4]
    encoding = codecs.lookup(named or _evident_encoding(found)).name
    family = encoding.removesuffix("-sig")
    if encoding in ("utf-16", "utf-32", "utf-8-sig"):
        for mark, of_mark in _MARKS:
            if of_mark == family and beginning.startswith(mark):
                return mark, _BODIES[mark]
        return b"", {"utf-8-sig": "utf-8"}.get(encoding, f"{encoding}-le")
    return b"", encoding


def _edited(source: BinaryIO, edits: Iterator[Edit]) -> Iterator[bytes]:
    position = 0
    for start, end, instead in edits:
        while position < start:
            chunk = source.read(min(CHUNK_BYTES, start - position))
            position += len(chunk)
            yield chunk
        yield instead
        source.seek(end)
        position = end
    yield from _rest(source)


def _encoded(pieces: Iterator[bytes], mark: bytes, encoding: str) -> Iterator[bytes]:
    yield mark
    yield from codecs.iterencode(codecs.iterdecode(pieces, "utf-8"), encoding)


def _is_what_encoding_gives(found: Found, text: TextFile, mark: bytes, encoding: str) -> bool:
    digest = hashlib.sha256()
    with text.path.open("rb") as file:
        for chunk in _encoded(_rest(file), mark, encoding):
            digest.update(chunk)
    return digest.hexdigest() == compression.sha256(found, text.path.parent)


def _rest(file: BinaryIO) -> Iterator[bytes]:
    while chunk := file.read(CHUNK_BYTES):
        yield chunk


def _copied(chunks: Iterator[bytes], target: BinaryIO) -> Iterator[bytes]:
    for chunk in chunks:
        target.write(chunk)
        yield chunk
    target.flush()


def _utf8_checked(chunks: Iterator[bytes], remedy: str) -> Iterator[bytes]:
    newlines, rest = 0, b""
    for chunk in chunks:
        if rest or not chunk.isascii():
            rest = _check(rest + chunk, newlines, remedy, is_last=False)
        newlines += chunk.count(b"\n")
        yield chunk
    _check(rest, newlines, remedy, is_last=True)


def _check(data: bytes, newlines_before: int, remedy: str, *, is_last: bool) -> bytes:
    """The bytes at the end that are the beginning of a character."""
    try:
        _, used = codecs.utf_8_decode(data, "strict", is_last)
    except UnicodeDecodeError as error:
        line = newlines_before + data[: error.start].count(b"\n") + 1
        # what the byte means in another encoding is not certain, and a guess may change names
        byte = f"0x{data[error.start]:02X}"
        raise FileProblem(f"line {line} is not UTF-8 (byte {byte}): {remedy}") from error
    return data[used:]


def _transcoded(chunks: Iterator[bytes], encoding: str) -> Iterator[bytes]:
    decoder = codecs.getincrementaldecoder(encoding)()
    newlines = 0
    try:
        for chunk in chunks:
            text = decoder.decode(chunk)
            newlines += text.count("\n")
            yield text.encode()
        yield decoder.decode(b"", final=True).encode()
    except UnicodeError as error:
        raise FileProblem(f"a line from {newlines + 1} on is not {encoding}") from error


def _scan(chunks: Iterator[bytes], path: Path) -> TextFile:
    size = newlines = outside = 0
    in_quotes, is_regular, last = False, True, b"\n"  # the first line begins after a newline
    for chunk in chunks:
        if not chunk:
            continue
        if size == 0 and chunk.startswith(codecs.BOM_UTF8):
            is_regular = False
        size += len(chunk)
        here = chunk.count(b"\n")
        newlines += here
        if b'"' in chunk:
            pieces = chunk.split(b'"')
            outside += b"".join(pieces[in_quotes::2]).count(b"\n")
            in_quotes ^= len(pieces) % 2 == 0
        elif not in_quotes:
            outside += here
        if is_regular:
            seam = last + chunk
            is_regular = not (
                b"\n\n" in seam
                or b"\n\r" in seam
                or b"\0" in chunk
                or (b"\r" in seam[:-1] and seam[:-1].count(b"\r") != seam.count(b"\r\n"))
            )
        last = chunk[-1:]
    has_final_newline = last == b"\n"
    return TextFile(
        path=path,
        size_bytes=size,
        newlines=newlines,
        lines_outside_quotes=outside + (not has_final_newline),
        is_regular=is_regular and last != b"\r",
        has_final_newline=has_final_newline,
    )
