"""Immutable Parquet files: a file is there whole, or not at all."""

from __future__ import annotations

import hashlib
import io
import os
import re
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from schemas.errors import ContractBroken

_UNSAFE = re.compile(r"[^\w.-]+")
UNFINISHED = ".part"


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


def write_frame(root: Path, path: str, frame: pl.DataFrame) -> Written:
    """Write a frame as zstd Parquet: under a temporary name, synced, then renamed into place."""
    target = root / path
    target.parent.mkdir(parents=True, exist_ok=True)
    buffer = io.BytesIO()
    frame.write_parquet(buffer, compression="zstd", compression_level=3)
    body = buffer.getbuffer()
    unfinished = target.with_suffix(UNFINISHED)
    with unfinished.open("wb") as file:
        file.write(body)
        file.flush()
        os.fsync(file.fileno())
    unfinished.rename(target)
    _sync_folder(target.parent)
    return Written(path, len(body), hashlib.sha256(body).hexdigest())


def read_frame(root: Path, path: str, sha256: str) -> pl.DataFrame:
    """The frame of a landed file; ContractBroken names the file if it is gone or altered."""
    try:
        body = (root / path).read_bytes()
    except FileNotFoundError as error:
        raise _broken(path, "нет на диске", "is not on the disk") from error
    if hashlib.sha256(body).hexdigest() != sha256:
        raise _broken(path, "изменён", "has been altered")
    return pl.read_parquet(io.BytesIO(body))


def _broken(path: str, ru: str, en: str) -> ContractBroken:
    return ContractBroken(
        f"Файл партии {path} {ru}. Восстановите его из копии или перечитайте поток.",
        f"Landed file {path} {en}. Restore it from a copy or reload the stream.",
    )
