"""What a file holds, decompressed; for a member of a zip archive, what the member holds."""

from __future__ import annotations

import contextlib
import gzip
import hashlib
import lzma
import shutil
import sys
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any, BinaryIO, cast

from orchestration.landing.files import ARCHIVE, Found
from orchestration.landing.problems import FileProblem

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

CHUNK_BYTES = 1 << 20

_DAMAGED = (
    *(gzip.BadGzipFile, zipfile.BadZipFile, zlib.error, lzma.LZMAError, zstd.ZstdError),
    # a version of the zip format that does not exist
    NotImplementedError,
)
_IS_ENCRYPTED = 1


class NoRoomError(FileProblem):
    """Unpacked, the file is too large for the disk, which another day may have more room."""


def chunks(found: Found, temporary: Path | None = None) -> Iterator[bytes]:
    """The content, decompressed, in pieces. Raises FileProblem.

    With `temporary`, the folder of copies, what is compressed may take half of its free space: a
    few kilobytes can hold terabytes.
    """
    size = 0
    most = shutil.disk_usage(temporary).free / 2 if temporary and found.compression else None
    try:
        with found.path.open("rb") as file, _decompressed(found, file) as content:
            while chunk := content.read(CHUNK_BYTES):
                size += len(chunk)
                if most is not None and size > most:
                    raise NoRoomError("unpacked, it takes more than half of the free disk space")
                yield chunk
    except EOFError as error:
        raise FileProblem(f"the {found.compression} file is cut off") from error
    except _DAMAGED as error:
        raise FileProblem(f"the {found.compression} file is damaged") from error


def unpacked(found: Found, scratch: Path) -> Found:
    """The file with its content at its path: itself, or a copy in the folder `scratch`."""
    if found.compression is None:
        return found
    copy = scratch / "unpacked"
    with copy.open("wb") as target:
        target.writelines(chunks(found, scratch))
    stat = copy.stat()
    return replace(
        found, path=copy, member=None, size_bytes=stat.st_size, mtime_ns=stat.st_mtime_ns
    )


def sha256(found: Found, temporary: Path) -> str:
    """The checksum of what the file holds. Raises NoRoomError and OSError.

    A file that can't be decompressed has the checksum of its bytes.
    """
    if found.compression:
        try:
            digest = hashlib.sha256()
            for chunk in chunks(found, temporary):
                digest.update(chunk)
            return digest.hexdigest()
        except NoRoomError:
            raise
        except FileProblem:
            pass
    with found.path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def compressing(target: BinaryIO, compression: str | None) -> contextlib.AbstractContextManager:
    """A file whose bytes are written to `target` in this compression."""
    if compression == "gzip":
        return gzip.GzipFile(filename="", fileobj=target, mode="wb")
    if compression == "zstd":
        options: dict[int, int] = {zstd.CompressionParameter.checksum_flag: 1}
        return zstd.ZstdFile(target, "wb", options=options)
    return contextlib.nullcontext(target)


@contextlib.contextmanager
def _decompressed(found: Found, file: BinaryIO) -> Iterator[BinaryIO]:
    with contextlib.ExitStack() as stack:
        content: Any = file
        if found.compression == "gzip":
            # Python's gzip checks length and checksum, which DuckDB does not
            content = stack.enter_context(gzip.GzipFile(fileobj=file))
        elif found.compression == "zstd":
            # DuckDB takes the beginning of a file that is cut off for the whole
            content = stack.enter_context(zstd.ZstdFile(file))
        elif found.compression == ARCHIVE:
            archive = stack.enter_context(zipfile.ZipFile(file))
            content = stack.enter_context(_member(archive, found.member or ""))
        yield cast(BinaryIO, content)


def _member(archive: zipfile.ZipFile, name: str) -> BinaryIO:
    try:
        member = archive.getinfo(name)
    except KeyError as error:
        raise FileProblem("the archive does not have it any more") from error
    if member.flag_bits & _IS_ENCRYPTED:
        raise FileProblem("it is encrypted: save the archive without a password")
    try:
        return cast(BinaryIO, archive.open(member))
    except NotImplementedError as error:
        raise FileProblem("the archive compresses it in a way that can't be read") from error
    except (OSError, ValueError) as error:  # a position outside the archive
        raise FileProblem("the zip file is damaged") from error
