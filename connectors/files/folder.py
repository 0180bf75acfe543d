"""Files of a folder as a stream: which are new, in what order, and the cursor after each.

A file is known by name, size, modification time and SHA-256. Touching or copying a known file does not
read it again; changing it does. The cursor holds one short entry per file still in the folder, so move
files away once they are read: some thousands are fine, a hundred thousand are not.
"""

from __future__ import annotations

import hashlib
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from fnmatch import fnmatch
from pathlib import Path
from typing import BinaryIO, cast

from schemas.errors import ContractBroken, Refused, Retryable
from schemas.records import Cursor, Scalar

CURSOR_VERSION = 1
LARGEST_MEMBER = 4 * 1024**3
# Archives made on Russian Windows keep names in the DOS code page.
ZIP_NAMES = "cp866"


@dataclass(frozen=True, slots=True)
class Located:
    """One readable file: plain, or a `member` of a zip archive. `modified` is in nanoseconds, UTC."""

    name: str
    path: Path
    member: str | None
    size: int
    modified: int

    def open(self) -> BinaryIO:
        """The bytes; the caller closes. Refused without the right to read, Retryable if it is gone."""
        try:
            if self.member is None:
                return self.path.open("rb")
            with zipfile.ZipFile(self.path, metadata_encoding=ZIP_NAMES) as archive:
                return cast("BinaryIO", archive.open(self.member))
        except PermissionError as error:
            raise _denied(self.name, error) from error
        except OSError as error:
            raise _gone(self.name, error) from error

    def read(self) -> bytes:
        """All bytes; the same errors as `open`, and ContractBroken for a damaged archive."""
        with self.open() as stream:
            try:
                return stream.read()
            except (zipfile.BadZipFile, EOFError) as error:
                raise _bad_archive(self.name, error) from error

    def digest(self) -> str:
        """The first 16 hex digits of the SHA-256 of the content."""
        with self.open() as stream:
            try:
                return _sha256(stream)
            except (zipfile.BadZipFile, EOFError) as error:
                raise _bad_archive(self.name, error) from error

    def is_still(self) -> bool:
        """Whether the file on disk is unchanged since it was listed."""
        try:
            now = self.path.stat()
        except OSError:
            return False
        return now.st_mtime_ns == self.modified and (
            self.member is not None or now.st_size == self.size
        )


@dataclass(frozen=True, slots=True)
class Folder:
    """Files under `path` (a folder, or one file) whose relative name fits one of `patterns`.

    Archives (`*.zip`) are looked into: a member is named `archive.zip/member.xml` and fits by the name
    it has inside. Matching ignores case; a pattern without `/` looks at the last part of the name.
    """

    path: Path
    patterns: tuple[str, ...] = ("*",)

    def files(self) -> list[Located]:
        """What fits, oldest first and then by name. Retryable if the folder is not there."""
        if not self.path.exists():
            raise Retryable(
                f"Нет папки или файла «{self.path}». Проверьте path и что сетевой диск подключён.",
                f"There is no folder or file '{self.path}'. Check `path` and that the share is mounted.",
            )
        found = [one for path in self._paths() for one in self._located(path)]
        return sorted(found, key=lambda one: (one.modified, one.name))

    def _paths(self) -> list[Path]:
        if self.path.is_file():
            return [self.path]
        try:
            return sorted(path for path in self.path.rglob("*") if path.is_file())
        except PermissionError as error:
            raise _denied(str(self.path), error) from error

    def _located(self, path: Path) -> Iterator[Located]:
        name = path.name if self.path.is_file() else path.relative_to(self.path).as_posix()
        about = path.stat()
        if path.suffix.lower() == ".zip":
            yield from self._members(path, name, about.st_mtime_ns)
        elif self.path.is_file() or self._fits(name):
            yield Located(name, path, None, about.st_size, about.st_mtime_ns)

    def _members(self, path: Path, name: str, modified: int) -> Iterator[Located]:
        try:
            with zipfile.ZipFile(path, metadata_encoding=ZIP_NAMES) as archive:
                members = [one for one in archive.infolist() if not one.is_dir()]
        except (zipfile.BadZipFile, EOFError) as error:
            raise _bad_archive(name, error) from error
        for one in members:
            if not self._fits(one.filename):
                continue
            if one.file_size > LARGEST_MEMBER:
                raise ContractBroken(
                    f"Файл {name}/{one.filename} после распаковки больше 4 ГБ. Разделите выгрузку.",
                    f"{name}/{one.filename} unpacks to more than 4 GB. Split the export.",
                )
            yield Located(f"{name}/{one.filename}", path, one.filename, one.file_size, modified)

    def _fits(self, name: str) -> bool:
        whole = name.lower()
        last = whole.rsplit("/", 1)[-1]
        return any(
            fnmatch(whole if "/" in pattern else last, pattern.lower()) for pattern in self.patterns
        )


@dataclass(slots=True)
class Reading:
    """Progress through a folder: what is known, and the cursor after each file."""

    known: dict[str, Scalar]

    @classmethod
    def after(cls, cursor: Cursor | None, files: Sequence[Located]) -> Reading:
        """Progress at `cursor`, without the files that are gone."""
        value: Mapping[str, Scalar] = {} if cursor is None else cursor.expect(CURSOR_VERSION)
        present = {one.name for one in files}
        return cls({name: mark for name, mark in value.items() if name in present})

    def unread(self, files: Sequence[Located], until: datetime) -> Iterator[Located]:
        """Files not read yet and not changed after `until`, in their order."""
        limit = int(until.timestamp() * 1_000_000) * 1000 + 999
        for one in files:
            if one.modified <= limit and not self._knows(one):
                yield one

    def done(self, one: Located) -> Cursor:
        """The cursor valid once `one` is stored whole. Retryable if it changed while it was read."""
        if not one.is_still():
            raise Retryable(
                f"Файл {one.name} изменился во время чтения. Он будет прочитан заново.",
                f"{one.name} changed while it was read. It will be read again.",
            )
        self.known[one.name] = _mark(one, one.digest())
        return Cursor(dict(self.known), CURSOR_VERSION)

    def _knows(self, one: Located) -> bool:
        mark = self.known.get(one.name)
        if not isinstance(mark, str):
            return False
        size, modified, digest = mark.split("-")
        if int(size) != one.size:
            return False
        return int(modified) == one.modified or digest == one.digest()


def _sha256(stream: BinaryIO) -> str:
    digest = hashlib.sha256()
    while piece := stream.read(1 << 20):
        digest.update(piece)
    return digest.hexdigest()[:16]


def _mark(one: Located, digest: str) -> str:
    return f"{one.size}-{one.modified}-{digest}"


def _denied(name: str, error: Exception) -> Refused:
    return Refused(
        f"Нет права читать «{name}». Дайте службе доступ на чтение.",
        f"No right to read '{name}'. Give the service read access.",
        detail=type(error).__name__,
    )


def _gone(name: str, error: Exception) -> Retryable:
    return Retryable(
        f"Файл «{name}» не открывается: он занят или пропал. Повторите позже.",
        f"'{name}' cannot be opened: it is in use or gone. Try again later.",
        detail=type(error).__name__,
    )


def _bad_archive(name: str, error: Exception) -> ContractBroken:
    return ContractBroken(
        f"Архив {name} повреждён или ещё копируется. Положите его в папку заново.",
        f"The archive {name} is damaged or still being copied. Put it into the folder again.",
        detail=type(error).__name__,
    )
