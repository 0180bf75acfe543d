"""Immutable Parquet files: a file is there whole, or not at all."""

from __future__ import annotations

import hashlib
import io
import os
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from schemas.errors import ContractBroken
from store.bucket import Bucket

_UNSAFE = re.compile(r"[^\w.-]+")
UNFINISHED = ".part"
Root = Path | Bucket


@dataclass(frozen=True, slots=True)
class Written:
    """A file that is safely on disk."""

    path: str
    bytes: int
    sha256: str


def batch_path(connection: str, stream: str, batch_id: int) -> str:
    """Where a batch lives below the landing folder; the id alone makes it unique."""
    folders = [_UNSAFE.sub("_", name).strip(".") or "_" for name in (connection, stream)]
    return "/".join([*folders, f"{batch_id:012d}.parquet"])


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def write_frame(root: Root, path: str, frame: pl.DataFrame) -> Written:
    """Write a frame as zstd Parquet."""
    buffer = io.BytesIO()
    frame.write_parquet(buffer, compression="zstd", compression_level=3)
    body = buffer.getbuffer()
    if isinstance(root, Bucket):
        root.write(path, body)
    else:
        _write(root / path, body)
    return Written(path, len(body), hashlib.sha256(body).hexdigest())


def _write(target: Path, body: memoryview) -> None:
    """Under a temporary name, synced, then renamed into place."""
    target.parent.mkdir(parents=True, exist_ok=True)
    unfinished = target.with_suffix(UNFINISHED)
    with unfinished.open("wb") as file:
        file.write(body)
        file.flush()
        os.fsync(file.fileno())
    unfinished.rename(target)
    _sync_folder(target.parent)


def read_frame(root: Root, path: str, sha256: str) -> pl.DataFrame:
    """The frame of a landed file; ContractBroken names the file if it is gone or altered."""
    try:
        body = root.read(path) if isinstance(root, Bucket) else (root / path).read_bytes()
    except FileNotFoundError as error:
        raise _broken(path, "нет на месте", "is not there") from error
    if hashlib.sha256(body).hexdigest() != sha256:
        raise _broken(path, "изменён", "has been altered")
    return pl.read_parquet(io.BytesIO(body))


def files_below(root: Root) -> list[tuple[str, float]]:
    """The files below the landing folder, and when each was written, as seconds since 1970."""
    if isinstance(root, Bucket):
        return root.files()
    found = [file for file in sorted(root.rglob("*")) if file.is_file()]
    return [(file.relative_to(root).as_posix(), file.stat().st_mtime) for file in found]


def remove(root: Root, paths: Sequence[str]) -> None:
    """Delete these files."""
    if isinstance(root, Bucket):
        root.remove(paths)
        return
    for path in paths:
        (root / path).unlink()


def _broken(path: str, ru: str, en: str) -> ContractBroken:
    return ContractBroken(
        f"Файл партии {path} {ru}. Восстановите его из копии или перечитайте поток.",
        f"Landed file {path} {en}. Restore it from a copy or reload the stream.",
    )
